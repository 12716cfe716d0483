namespace MarginNotebooks.Display;

/// <summary>The colour map viridis: even steps of lightness, readable by colour-blind readers and in grey print.</summary>
/// <remarks>
/// Eleven anchors of matplotlib's map (CC0), joined by straight lines; plotly gets the same anchors, so picture and colour bar agree.
/// </remarks>
internal static class Viridis
{
    private static readonly string[] Anchors =
        ["#440154", "#482475", "#414487", "#355F8D", "#2A788E", "#21918C", "#22A884", "#44BF70", "#7AD151", "#BDDF26", "#FDE725"];

    /// <summary>Plotly's form of the map.</summary>
    public static object[][] ColorScale { get; } = [.. Anchors.Select((colour, i) => new object[] { i / (Anchors.Length - 1.0), colour })];

    /// <summary>The colour of a value in [0, 1]; values outside take the nearest end.</summary>
    public static (byte R, byte G, byte B) At(double value)
    {
        var position = Math.Clamp(value, 0, 1) * (Anchors.Length - 1);
        var low = Math.Min((int)position, Anchors.Length - 2);
        var (a, b, part) = (Palette.Rgb(Anchors[low]), Palette.Rgb(Anchors[low + 1]), position - low);
        return (Mix(a.R, b.R, part), Mix(a.G, b.G, part), Mix(a.B, b.B, part));
    }

    /// <summary>A byte between two others.</summary>
    public static byte Mix(byte from, byte to, double part) => (byte)Math.Round(from + ((to - from) * part));
}
