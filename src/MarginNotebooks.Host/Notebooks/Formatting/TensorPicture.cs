using static TorchSharp.torch;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Draws tensors that look like images: <c>(H, W)</c>, <c>(1|3, H, W)</c>, and a batch <c>(B, 1|3, H, W)</c> side by side.</summary>
internal static class TensorPicture
{
    // Smaller ones are a handful of numbers, which is what their values show.
    private const int MinSide = 8;
    private const int MaxSide = 1024;
    private const int WantedSide = 192;
    private const int MaxInGrid = 16;
    private const int Gap = 2;

    /// <summary>Draws a tensor.</summary>
    /// <param name="values">A tensor of real numbers on the CPU.</param>
    /// <param name="remark">What the grey levels or colours mean, and what is left out.</param>
    /// <returns>A PNG; null when the tensor is no image.</returns>
    public static byte[]? TryDraw(Tensor values, out string remark)
    {
        remark = "";
        if (Batch(values) is not { } batch || batch.shape[2] < MinSide || batch.shape[3] < MinSide || batch.shape[0] == 0)
            return null;
        using var scope = NewDisposeScope();
        List<string> remarks = [];
        if (batch.shape[0] > MaxInGrid)
        {
            remarks.Add($"first {MaxInGrid} of {batch.shape[0]}");
            batch = batch.narrow(0, 0, MaxInGrid);
        }
        var step = (Math.Max(batch.shape[2], batch.shape[3]) + MaxSide - 1) / MaxSide;
        if (step > 1)
        {
            remarks.Add($"one pixel in {step} each way");
            batch = batch.slice(2, 0, batch.shape[2], step).slice(3, 0, batch.shape[3], step);
        }
        var (bytes, meaning) = Levels(batch);
        remarks.Insert(0, meaning);
        remark = string.Join(", ", remarks);
        return Draw(bytes, [.. batch.shape.Select(size => (int)size)]);
    }

    /// <summary>The tensor as <c>(B, C, H, W)</c>; null when its shape is no image's.</summary>
    private static Tensor? Batch(Tensor values) => values.shape switch
    {
        [_, _] => values[TensorIndex.None, TensorIndex.None],
        [1 or 3, _, _] => values[TensorIndex.None],
        [_, 1 or 3, _, _] => values,
        _ => null,
    };

    /// <summary>One byte for each number: colours as they are where they can be, otherwise from the least to the greatest.</summary>
    private static (byte[] Bytes, string Meaning) Levels(Tensor batch)
    {
        var range = TensorRange.Of(batch);
        var numbers = batch.to(ScalarType.Float32);
        var colours = batch.shape[1] == 3;
        if (colours && batch.dtype == ScalarType.Byte)
            return (Bytes(numbers), "colours as stored");
        if (colours && range is { Min: >= 0, Max: <= 1 })
            return (Bytes(numbers * 255), "colours from 0 to 1");
        var width = range.Max > range.Min ? range.Max - range.Min : 1;
        return (Bytes((numbers - range.Min) * (255 / width)), $"{(colours ? "colours" : "black to white")} from min to max");
    }

    private static byte[] Bytes(Tensor levels) => levels.nan_to_num(0, 255, 0).round().clamp(0, 255).to(ScalarType.Byte).contiguous().data<byte>().ToArray();

    private static byte[] Draw(byte[] levels, int[] shape)
    {
        var (count, channels, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        var columns = (int)Math.Ceiling(Math.Sqrt(count));
        var rows = (count + columns - 1) / columns;
        // Browsers blur a picture that they enlarge: every pixel becomes a square here.
        var zoom = Math.Max(1, WantedSide / Math.Max(height, width));
        var (cellHeight, cellWidth) = ((height * zoom) + Gap, (width * zoom) + Gap);
        var (fullHeight, fullWidth) = ((rows * cellHeight) - Gap, (columns * cellWidth) - Gap);
        var rgba = new byte[4 * fullHeight * fullWidth]; // gaps stay transparent
        for (var image = 0; image < count; image++)
        {
            var (top, left) = (image / columns * cellHeight, image % columns * cellWidth);
            for (var y = 0; y < height * zoom; y++)
                for (var x = 0; x < width * zoom; x++)
                {
                    var to = 4 * (((top + y) * fullWidth) + left + x);
                    for (var c = 0; c < 3; c++)
                        rgba[to + c] = levels[(((((image * channels) + Math.Min(c, channels - 1)) * height) + (y / zoom)) * width) + (x / zoom)];
                    rgba[to + 3] = 255;
                }
        }
        return Images.Png(rgba, fullWidth, fullHeight);
    }
}
