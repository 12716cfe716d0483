using System.Text.RegularExpressions;

namespace MarginNotebooks.Data.Preparation;

/// <summary>A path with places for the names of patient and case.</summary>
/// <param name="pattern">For example <c>images/{patient}_{case}.nii.gz</c>.</param>
internal sealed class FilePattern(string pattern)
{
    /// <summary>Stands for the patient's name.</summary>
    public const string Patient = "{patient}";

    /// <summary>Stands for the case's name.</summary>
    public const string Case = "{case}";

    private readonly Regex form = new("^" + Form(pattern) + "$", RegexOptions.CultureInvariant);

    /// <summary>What is wrong with a pattern, or null.</summary>
    public static string? Problem(string pattern)
    {
        if (!pattern.Contains(Case, StringComparison.Ordinal) && !pattern.Contains(Patient, StringComparison.Ordinal))
            return $"the pattern '{pattern}' needs {Case} or {Patient}.";
        if (pattern.Contains('\\') || pattern.StartsWith('/') || pattern.Split('/').Contains(".."))
            return $"the pattern '{pattern}' must be a path below the source folder, with forward slashes.";
        return pattern.Replace(Case, "", StringComparison.Ordinal).Replace(Patient, "", StringComparison.Ordinal).Contains('{')
            ? $"the pattern '{pattern}' has a place that is neither {Case} nor {Patient}."
            : null;
    }

    /// <summary>Names in a file's path.</summary>
    /// <returns>Names of case and patient; null when the path does not fit.</returns>
    public (string Id, string Patient)? Match(string file)
    {
        if (form.Match(file) is not { Success: true } match)
            return null;
        var (item, patient) = (match.Groups["case"], match.Groups["patient"]);
        if (!patient.Success)
            return (item.Value, item.Value);
        return (item.Success ? $"{patient.Value}_{item.Value}" : patient.Value, patient.Value);
    }

    private static string Form(string pattern)
    {
        var text = Regex.Escape(pattern)
            .Replace(@"\*\*/", "(?:.+/)?", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        foreach (var (place, name) in ((string, string)[])[(Case, "case"), (Patient, "patient")])
        {
            var escaped = Regex.Escape(place);
            var first = text.IndexOf(escaped, StringComparison.Ordinal);
            if (first < 0)
                continue;
            // A name that occurs again, as in a folder and in its files, must be the same.
            text = text[..first] + $"(?<{name}>[^/]+?)" + text[(first + escaped.Length)..].Replace(escaped, $@"\k<{name}>", StringComparison.Ordinal);
        }
        return text;
    }
}
