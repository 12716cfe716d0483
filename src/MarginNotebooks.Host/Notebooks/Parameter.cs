namespace MarginNotebooks.Host.Notebooks;

/// <summary>A value given on the command line for one of a notebook's parameters.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Text">The value as typed.</param>
public sealed record Parameter(string Name, string Text)
{
    /// <summary>Reads <c>name=value</c>.</summary>
    /// <param name="assignment">Text as given after <c>-p</c>; the value may hold further equal signs.</param>
    /// <returns>The parameter; null when the text has no equal sign or its name is not a C# identifier.</returns>
    public static Parameter? TryParse(string assignment)
    {
        var split = assignment.IndexOf('=', StringComparison.Ordinal);
        if (split < 1)
            return null;
        var name = assignment[..split].Trim();
        return IsIdentifier(name) ? new Parameter(name, assignment[(split + 1)..]) : null;
    }

    private static bool IsIdentifier(string name) =>
        name.Length > 0
        && (char.IsLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsLetterOrDigit(c) || c == '_');
}
