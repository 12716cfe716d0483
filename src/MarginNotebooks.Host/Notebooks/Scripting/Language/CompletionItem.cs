namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>One way to go on at the cursor.</summary>
/// <param name="Text">What replaces the text from <see cref="CompletionReply.Start"/> to <see cref="CompletionReply.End"/>.</param>
/// <param name="Kind">What it is, in the language server protocol's words: <c>method</c>, <c>property</c>, <c>class</c>, <c>keyword</c>, ….</param>
/// <param name="Signature">Declaration to show beside it, with the number of further overloads; null when there is none or it was not looked up.</param>
public sealed record CompletionItem(string Text, string Kind, string? Signature);
