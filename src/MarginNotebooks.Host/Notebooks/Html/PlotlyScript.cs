using System.Text.RegularExpressions;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>The text of plotly.js, as Plotly.NET carries it.</summary>
public static partial class PlotlyScript
{
    private static readonly Lazy<string> s_source = new(() => EndTag().Replace(Load(), @"<\/script"));

    /// <summary>The script, safe to stand inside a <c>script</c> element.</summary>
    public static string Source => s_source.Value;

    private static string Load()
    {
        var assembly = typeof(Plotly.NET.GenericChart).Assembly;
        var name = assembly.GetManifestResourceNames().First(resource => resource.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("</script", RegexOptions.IgnoreCase)]
    private static partial Regex EndTag();
}
