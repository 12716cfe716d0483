namespace MarginNotebooks.Data;

/// <summary>Central crops and pads of the slices of a volume.</summary>
public static class CenteredWindow
{
    /// <summary>
    /// The central window of a case: along each axis a crop begins at <c>(size − target) / 2</c> and a pad puts <c>(target − size) /
    /// 2</c> rows
    /// before, both rounded down (so 224 → 192 is 16…207). Padding is background, at <see cref="SegmentationCase.Background"/>.
    /// </summary>
    /// <param name="item">The case.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <returns>A new case; the same one when nothing changes.</returns>
    public static SegmentationCase CropOrPad(this SegmentationCase item, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (item.Height == height && item.Width == width)
            return item;
        var slices = item.Depth;
        var image = new float[item.Channels * slices * height * width];
        var labels = new byte[slices * height * width];
        var channel = slices * item.Height * item.Width;
        for (var c = 0; c < item.Channels; c++)
        {
            var from = item.Image.AsSpan(c * channel, channel);
            var to = image.AsSpan(c * slices * height * width, slices * height * width);
            to.Fill(item.Background ?? Intensities.Range(from).Min);
            Copy<float>(from, to, slices, item.Height, item.Width, height, width);
        }
        Copy<byte>(item.Labels, labels, slices, item.Height, item.Width, height, width);
        return item with { Image = image, Labels = labels, Height = height, Width = width };
    }

    /// <summary>How many labelled voxels lie outside the central window and would be lost by a crop.</summary>
    /// <param name="item">The case.</param>
    /// <param name="height">Rows of the window.</param>
    /// <param name="width">Columns of the window.</param>
    /// <returns>A number of voxels; 0 when the crop loses nothing.</returns>
    public static int LabelledVoxelsOutside(this SegmentationCase item, int height, int width)
    {
        var (top, left) = (Math.Max(0, (item.Height - height) / 2), Math.Max(0, (item.Width - width) / 2));
        var outside = 0;
        var labels = item.Labels;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 0)
                continue;
            var (row, column) = (i / item.Width % item.Height, i % item.Width);
            if (row < top || row >= top + height || column < left || column >= left + width)
                outside++;
        }
        return outside;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, Span<T> to, int slices, int height, int width, int newHeight, int newWidth)
    {
        var (rowFrom, rowTo, rows) = Overlap(height, newHeight);
        var (columnFrom, columnTo, columns) = Overlap(width, newWidth);
        for (var slice = 0; slice < slices; slice++)
            for (var row = 0; row < rows; row++)
            {
                var source = from.Slice((slice * height + rowFrom + row) * width + columnFrom, columns);
                source.CopyTo(to[((slice * newHeight + rowTo + row) * newWidth + columnTo)..]);
            }
    }

    private static (int From, int To, int Count) Overlap(int size, int target) =>
        size >= target ? ((size - target) / 2, 0, target) : (0, (target - size) / 2, size);
}
