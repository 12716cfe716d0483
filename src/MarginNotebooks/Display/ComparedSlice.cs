namespace MarginNotebooks.Display;

/// <summary>One slice and what several methods say about it.</summary>
/// <param name="Name">Which slice, for example <c>patient012_frame01, slice 5</c>.</param>
/// <param name="Image">Intensities, row-major <c>(H, W)</c>.</param>
/// <param name="Truth">True class of each pixel, row-major <c>(H, W)</c>.</param>
/// <param name="Height">Rows H.</param>
/// <param name="Width">Columns W.</param>
/// <param name="Methods">What each method says.</param>
public sealed record ComparedSlice(string Name, float[] Image, byte[] Truth, int Height, int Width, IReadOnlyList<SlicePrediction> Methods)
{
    /// <summary>The part that matters: the smallest square around every pixel that is not background in truth or in any prediction, and a margin.</summary>
    /// <param name="margin">Pixels kept around that square, as far as the slice reaches.</param>
    /// <returns>The part; the whole slice where everything is background. Outside of it nobody sees anything but background.</returns>
    public ComparedSlice Cropped(int margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        int[] marked = [.. Enumerable.Range(0, Truth.Length).Where(p => Truth[p] != 0 || Methods.Any(method => method.Labels[p] != 0))];
        if (marked.Length == 0)
            return this;
        var (top, bottom) = (marked.Min(p => p / Width), marked.Max(p => p / Width) + 1);
        var (left, right) = (marked.Min(p => p % Width), marked.Max(p => p % Width) + 1);
        var side = Math.Max(bottom - top, right - left) + (2 * margin);
        var (height, width) = (Math.Min(side, Height), Math.Min(side, Width));
        var (y, x) = (Start(top, bottom, height, Height), Start(left, right, width, Width));
        return this with
        {
            Image = Part(Image),
            Truth = Part(Truth),
            Height = height,
            Width = width,
            Methods = [.. Methods.Select(method => method with { Labels = Part(method.Labels), Confidence = Part(method.Confidence) })],
        };

        T[] Part<T>(T[] values) => [.. Enumerable.Range(y, height).SelectMany(row => values[((row * Width) + x)..((row * Width) + x + width)])];

        // Centred on the marked pixels, but inside of the slice.
        static int Start(int first, int end, int length, int whole) => Math.Clamp((first + end - length) / 2, 0, whole - length);
    }
}
