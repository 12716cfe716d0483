namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>A package that a cell asks for: <c>#r "nuget: Id, 1.2.3"</c>.</summary>
/// <param name="Id">Package id.</param>
/// <param name="Version">Version as written; null for the newest.</param>
/// <param name="Line">One-based line of the cell.</param>
public sealed record PackageReference(string Id, string? Version, int Line)
{
    /// <summary>Reads what stands between the quotes.</summary>
    /// <param name="text">For example <c>nuget: Id, 1.2.3</c>.</param>
    /// <param name="line">One-based line of the cell.</param>
    /// <returns>The reference; null when the text does not start with <c>nuget:</c>.</returns>
    /// <exception cref="CellProblem">It does, but names no package.</exception>
    public static PackageReference? TryParse(string text, int line)
    {
        if (!text.TrimStart().StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            return null;
        var parts = text.Trim()["nuget:".Length..].Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > 2 || parts[0].Length == 0 || parts[0].Any(c => !char.IsLetterOrDigit(c) && c is not ('.' or '-' or '_')))
            throw new CellProblem(line, $"'#r \"{text}\"' does not name a package; write #r \"nuget: Id, 1.2.3\".");
        var version = parts.Length == 2 && parts[1] is not ("" or "*") ? parts[1] : null;
        return new PackageReference(parts[0], version, line);
    }
}
