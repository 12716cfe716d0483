using System.Buffers.Binary;
using System.Globalization;
using SkiaSharp;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows pictures: SkiaSharp's, and bytes that are a PNG or JPEG file.</summary>
public static class Images
{
    /// <summary>Shows a picture.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The picture and its size in words; null when the value is none.</returns>
    public static MimeBundle? TryFormat(object value) => value switch
    {
        byte[] file => OfFile(file),
        _ => OfSkia(value),
    };

    /// <summary>Colours as a PNG, pixel for pixel.</summary>
    /// <param name="rgba">Red, green, blue and opacity of each pixel, row by row.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] Png(byte[] rgba, int width, int height)
    {
        using var image = SKImage.FromPixelCopy(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), rgba, 4 * width);
        return Encode(image);
    }

    private static MimeBundle? OfSkia(object value)
    {
        switch (value)
        {
            case SKBitmap bitmap:
                // Shares the pixels where it can: not a copy of them.
                using (var image = SKImage.FromBitmap(bitmap))
                    return image is null ? null : Bundle("image/png", Encode(image), bitmap.Width, bitmap.Height);
            case SKImage image:
                return Bundle("image/png", Encode(image), image.Width, image.Height);
            default:
                return null;
        }
    }

    private static byte[] Encode(SKImage image)
    {
        using var png = image.Encode(SKEncodedImageFormat.Png, 100)
            ?? throw new InvalidOperationException($"SkiaSharp could not write a PNG of {image.Width} by {image.Height} pixels.");
        return png.ToArray();
    }

    private static MimeBundle? OfFile(byte[] file)
    {
        ReadOnlySpan<byte> png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], jpeg = [0xFF, 0xD8, 0xFF];
        if (file.AsSpan().StartsWith(png) && file.Length > 24)
            return Bundle("image/png", file, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20)));
        if (!file.AsSpan().StartsWith(jpeg))
            return null;
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        return codec is null ? null : Bundle("image/jpeg", file, codec.Info.Width, codec.Info.Height);
    }

    private static MimeBundle Bundle(string type, byte[] file, int width, int height) => new(
    [
        new(type, Convert.ToBase64String(file)),
        new(MimeBundle.PlainText, string.Create(CultureInfo.InvariantCulture, $"picture of {width} by {height} pixels ({type}, {file.Length} bytes)")),
    ]);
}
