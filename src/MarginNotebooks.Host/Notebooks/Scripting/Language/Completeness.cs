namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Whether code can be run as it stands, or is waiting for another line.</summary>
/// <param name="Status"><c>complete</c>, <c>incomplete</c>, <c>invalid</c> or <c>unknown</c>, the words of the Jupyter protocol.</param>
/// <param name="Indent">White space to start the next line with when the code is incomplete; otherwise empty.</param>
public sealed record Completeness(string Status, string Indent);
