namespace MarginNotebooks.Display;

/// <summary>Colours that stay apart for colour-blind readers and in grey print.</summary>
/// <remarks>Okabe and Ito, "Color Universal Design" (2008); the order puts the strongest contrasts on white first.</remarks>
public static class Palette
{
    /// <summary>Okabe–Ito blue: accuracy, and the first series.</summary>
    public const string Blue = "#0072B2";

    /// <summary>Okabe–Ito vermillion: over-confidence and errors.</summary>
    public const string Vermillion = "#D55E00";

    /// <summary>Okabe–Ito bluish green.</summary>
    public const string Green = "#009E73";

    /// <summary>Okabe–Ito reddish purple: under-confidence.</summary>
    public const string Purple = "#CC79A7";

    /// <summary>Okabe–Ito orange.</summary>
    public const string Orange = "#E69F00";

    /// <summary>Okabe–Ito sky blue.</summary>
    public const string SkyBlue = "#56B4E9";

    /// <summary>Okabe–Ito black, softened for text and lines.</summary>
    public const string Ink = "#222222";

    /// <summary>Okabe–Ito yellow; weak on white, so last.</summary>
    public const string Yellow = "#F0E442";

    private static readonly string[] Order = [Blue, Vermillion, Green, Purple, Orange, SkyBlue, Ink, Yellow];
    private static readonly string[] Classes = [Vermillion, SkyBlue, Yellow, Green, Purple, Orange, Blue];

    /// <summary>Colour of the series with the given position; the same position has the same colour in every chart.</summary>
    /// <param name="index">Zero-based position; after eight the colours repeat.</param>
    /// <returns>A colour as <c>#RRGGBB</c>.</returns>
    public static string Series(int index) => Order[index % Order.Length];

    /// <summary>Colour of a class drawn over a grey image.</summary>
    /// <param name="label">Class, from 1; 0 is background and has no colour.</param>
    /// <returns>A colour as <c>#RRGGBB</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The class is below 1.</exception>
    public static string Class(int label)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(label, 1);
        return Classes[(label - 1) % Classes.Length];
    }

    /// <summary>A colour with opacity, in the form plotly reads.</summary>
    /// <param name="colour">A colour as <c>#RRGGBB</c>.</param>
    /// <param name="opacity">From 0 (invisible) to 1.</param>
    /// <returns>The colour as <c>rgba(r,g,b,a)</c>.</returns>
    internal static string WithOpacity(string colour, double opacity)
    {
        var (r, g, b) = Rgb(colour);
        return FormattableString.Invariant($"rgba({r},{g},{b},{opacity})");
    }

    internal static (byte R, byte G, byte B) Rgb(string colour) =>
        (Convert.ToByte(colour[1..3], 16), Convert.ToByte(colour[3..5], 16), Convert.ToByte(colour[5..7], 16));
}
