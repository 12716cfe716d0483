using SkiaSharp;

namespace MarginNotebooks.Display;

/// <summary>A small copy of a picture that is also there in full: what HTML shows until its script has drawn the chart.</summary>
internal static class SmallPicture
{
    // Lossy WebP: a third of the PNG for the charts of the notebooks, with letters still sharp.
    private const int Quality = 70;

    /// <summary>The picture as an address for an <c>img</c> element.</summary>
    /// <param name="png">A PNG.</param>
    /// <returns>A data address.</returns>
    public static string DataUri(byte[] png)
    {
        using var picture = SKImage.FromEncodedData(png);
        using var small = picture?.Encode(SKEncodedImageFormat.Webp, Quality);
        return small is null || small.Size >= png.Length
            ? "data:image/png;base64," + Convert.ToBase64String(png)
            : "data:image/webp;base64," + Convert.ToBase64String(small.Span);
    }
}
