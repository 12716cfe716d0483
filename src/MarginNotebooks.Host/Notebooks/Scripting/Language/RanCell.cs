using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>A cell that became part of the session.</summary>
/// <param name="Code">Its C#, host directives blanked out.</param>
/// <param name="References">References that came with it and were not there before.</param>
internal sealed record RanCell(string Code, IReadOnlyList<MetadataReference> References);
