using SkiaSharp;

namespace MarginNotebooks.Display;

/// <summary>Paints one slice as a small PNG, every pixel of the slice a square of picture pixels.</summary>
/// <remarks>
/// A picture is a tenth of the size of the same numbers in a chart's JSON; it is enlarged here because browsers would blur it.
/// </remarks>
internal sealed class SlicePicture
{
    private const int TargetSize = 256;
    private readonly int _height;
    private readonly int _width;
    private readonly int _scale;
    private readonly byte[] _rgba;

    public SlicePicture(int height, int width)
    {
        (_height, _width) = (height, width);
        _scale = Math.Max(1, TargetSize / Math.Max(height, width));
        _rgba = new byte[4 * height * _scale * width * _scale];
    }

    /// <summary>Intensities in grey, the darkest and the brightest hundredth clipped; <paramref name="dim"/> mixes towards white.</summary>
    public SlicePicture Grey(float[] image, double dim = 0)
    {
        var finite = image.Where(float.IsFinite).Order().ToArray();
        var (low, high) = finite.Length == 0 ? (0, 1)
            : (finite[(int)(0.01 * (finite.Length - 1))], finite[(int)(0.99 * (finite.Length - 1))]);
        return Each((p, _, _) =>
        {
            var grey = high > low && float.IsFinite(image[p]) ? (byte)Math.Round(255 * Math.Clamp((image[p] - low) / (high - low), 0, 1))
                : (byte)0;
            grey = Viridis.Mix(grey, 255, dim);
            return (grey, grey, grey, 1);
        });
    }

    /// <summary>Confidences by the colour map; <paramref name="lowest"/> is its dark end, 1 its bright end.</summary>
    public SlicePicture Confidence(float[] confidence, double lowest) => Each((p, _, _) =>
    {
        var (r, g, b) = Viridis.At((confidence[p] - lowest) / (1 - lowest));
        return (r, g, b, 1);
    });

    /// <summary>Classes as tinted areas with a firm outline.</summary>
    public SlicePicture Classes(byte[] labels, byte ignore) => Each((p, dy, dx) =>
    {
        if (labels[p] == 0 || labels[p] == ignore)
            return default;
        var (r, g, b) = Palette.Rgb(Palette.Class(labels[p]));
        return (r, g, b, IsEdge(labels, p, dy, dx) ? 1 : 0.35);
    });

    /// <summary>Wrong pixels, the stronger the more confident they are.</summary>
    public SlicePicture Errors(byte[] truth, byte[] labels, float[] confidence, byte ignore, double lowest) => Each((p, _, _) =>
    {
        if (truth[p] == ignore || truth[p] == labels[p])
            return default;
        var (r, g, b) = Palette.Rgb(Palette.Vermillion);
        return (r, g, b, 0.3 + (0.7 * Math.Clamp((confidence[p] - lowest) / (1 - lowest), 0, 1)));
    });

    /// <summary>
    /// Signed values from −<paramref name="limit"/> (purple) over 0 (white) to <paramref name="limit"/> (vermillion); grey where there is none.
    /// </summary>
    public SlicePicture Signed(float[] values, double limit) => Each((p, _, _) =>
    {
        if (!float.IsFinite(values[p]))
            return (200, 200, 200, 1);
        var (r, g, b) = SignedColours.At(values[p] / limit);
        return (r, g, b, 1);
    });

    /// <summary>A dark line around the marked pixels.</summary>
    public SlicePicture Outline(byte[] marks)
    {
        var (r, g, b) = Palette.Rgb(Palette.Ink);
        return Each((p, dy, dx) => marks[p] != 0 && IsEdge(marks, p, dy, dx) ? (r, g, b, 1) : default);
    }

    /// <summary>Grey over the pixels that have no value.</summary>
    public SlicePicture Blank(float[] values) => Each((p, _, _) => float.IsFinite(values[p]) ? default : ((byte)200, (byte)200, (byte)200, 1.0));

    /// <summary>The picture as a PNG in a data address.</summary>
    public string ToDataUri()
    {
        using var image = SKImage.FromPixelCopy(
            new SKImageInfo(_width * _scale, _height * _scale, SKColorType.Rgba8888, SKAlphaType.Opaque), _rgba, 4 * _width * _scale);
        using var pixels = image.PeekPixels();
        using var png = pixels?.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 9))
            ?? throw new InvalidOperationException($"SkiaSharp could not write a PNG of {_width * _scale} by {_height * _scale} pixels.");
        return "data:image/png;base64," + Convert.ToBase64String(png.Span);
    }

    /// <summary>
    /// Lays a colour with opacity over every picture pixel; the painter gets the slice pixel and the place inside its square.
    /// </summary>
    private SlicePicture Each(Func<int, int, int, (byte R, byte G, byte B, double Opacity)> paint)
    {
        var pixels = _rgba.Length / 4;
        var row = _width * _scale;
        for (var i = 0; i < pixels; i++)
        {
            var (y, x) = (i / row, i % row);
            var (r, g, b, opacity) = paint((y / _scale * _width) + (x / _scale), y % _scale, x % _scale);
            _rgba[4 * i] = Viridis.Mix(_rgba[4 * i], r, opacity);
            _rgba[(4 * i) + 1] = Viridis.Mix(_rgba[(4 * i) + 1], g, opacity);
            _rgba[(4 * i) + 2] = Viridis.Mix(_rgba[(4 * i) + 2], b, opacity);
            _rgba[(4 * i) + 3] = 255;
        }

        return this;
    }

    /// <summary>Whether a picture pixel lies on the side of its square that touches another class.</summary>
    private bool IsEdge(byte[] labels, int p, int dy, int dx)
    {
        var (y, x, pen) = (p / _width, p % _width, Math.Max(1, _scale / 4));
        return (dy < pen && Differs(y - 1, x)) || (dy >= _scale - pen && Differs(y + 1, x))
            || (dx < pen && Differs(y, x - 1)) || (dx >= _scale - pen && Differs(y, x + 1));

        bool Differs(int row, int column) =>
            row >= 0 && row < _height && column >= 0 && column < _width && labels[(row * _width) + column] != labels[p];
    }
}
