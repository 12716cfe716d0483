namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>A heading of the page, for the table of contents.</summary>
/// <param name="Level">1 for the title.</param>
/// <param name="Text">Its words, without markup.</param>
/// <param name="Id">Its anchor, unique on the page.</param>
public sealed record Heading(int Level, string Text, string Id);
