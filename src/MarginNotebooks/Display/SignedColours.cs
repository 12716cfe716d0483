namespace MarginNotebooks.Display;

/// <summary>A colour map for signed values: purple below 0, white at 0, vermillion above.</summary>
/// <remarks>Both ends are about equally dark, and colour-blind readers tell them apart.</remarks>
internal static class SignedColours
{
    private static readonly string[] Anchors =
        [Deep, Palette.Tint(Deep, 0.45), "#FFFFFF", Palette.Tint(Palette.Vermillion, 0.4), "#A34700"];

    private const string Deep = "#5E3C99";

    /// <summary>Plotly's form of the map.</summary>
    public static object[][] ColorScale { get; } = [.. Anchors.Select((colour, i) => new object[] { i / (Anchors.Length - 1.0), colour })];

    /// <summary>The colour of a value in [−1, 1]; values outside take the nearest end.</summary>
    public static (byte R, byte G, byte B) At(double value)
    {
        var position = (Math.Clamp(value, -1, 1) + 1) / 2 * (Anchors.Length - 1);
        var low = Math.Min((int)position, Anchors.Length - 2);
        var (a, b, part) = (Palette.Rgb(Anchors[low]), Palette.Rgb(Anchors[low + 1]), position - low);
        return (Viridis.Mix(a.R, b.R, part), Viridis.Mix(a.G, b.G, part), Viridis.Mix(a.B, b.B, part));
    }
}
