using Plotly.NET;

namespace MarginNotebooks.Display;

/// <summary>The plotly.js that Plotly.NET carries in its assembly: charts draw with the network off.</summary>
internal static class PlotlyLibrary
{
    private static readonly Lazy<string> Text = new(Read);

    /// <summary>The text of plotly.min.js.</summary>
    public static string Script => Text.Value;

    private static string Read()
    {
        var assembly = typeof(GenericChart).Assembly;
        // The resource's name holds plotly's version, which changes with Plotly.NET's.
        var name = assembly.GetManifestResourceNames().SingleOrDefault(name => name.Contains("plotly-") && name.EndsWith(".min.js"))
            ?? throw new InvalidOperationException(
                $"{assembly.GetName().Name} {assembly.GetName().Version} carries no plotly.min.js; "
                + "use the Plotly.NET version pinned by this project.");
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
