namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Ways to go on at the cursor.</summary>
/// <param name="Items">Best first; empty when there is none.</param>
/// <param name="Start">Offset, in UTF-16 code units, of the text that an item replaces.</param>
/// <param name="End">Its end.</param>
public sealed record CompletionReply(IReadOnlyList<CompletionItem> Items, int Start, int End);
