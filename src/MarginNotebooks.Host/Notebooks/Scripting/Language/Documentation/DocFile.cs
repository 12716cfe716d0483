using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>The documentation file of an assembly, read when it is first asked.</summary>
/// <param name="path">The XML file.</param>
internal sealed class DocFile(string path) : XmlDocumentationProvider
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DocFile other && other.Path == Path;

    /// <inheritdoc/>
    public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);

    /// <summary>The comment of a member.</summary>
    /// <param name="id">Documentation id.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>XML; null or empty when the file has none.</returns>
    public string? Find(string id, CancellationToken cancellation) =>
        GetDocumentationForSymbol(id, System.Globalization.CultureInfo.InvariantCulture, cancellation);

    /// <inheritdoc/>
    protected override Stream GetSourceStream(CancellationToken cancellationToken) => File.OpenRead(Path);
}
