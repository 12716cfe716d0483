namespace MarginNotebooks.Data;

/// <summary>Size of a volume, known before it is decoded.</summary>
/// <param name="Id">Its name, for messages.</param>
/// <param name="Channels">C.</param>
/// <param name="Depth">Slices D.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal readonly record struct CaseShape(string Id, int Channels, int Depth, int Height, int Width);

/// <summary>How a set of slices is laid out, wherever it lies.</summary>
/// <param name="Count">Slices N.</param>
/// <param name="Channels">C.</param>
/// <param name="Height">Rows H.</param>
/// <param name="Width">Columns W.</param>
/// <param name="CaseOf">For each slice its case.</param>
/// <param name="SliceOf">For each slice its place in the case.</param>
/// <param name="LabelledVoxelsLost">Labelled voxels that the crop cut off.</param>
internal sealed record SliceLayout(int Count, int Channels, int Height, int Width, int[] CaseOf, int[] SliceOf, long LabelledVoxelsLost)
{
    /// <summary>For each case the rows its slices had before they were cropped or padded.</summary>
    public int[] CaseHeights { get; init; } = [];

    /// <summary>For each case the columns its slices had.</summary>
    public int[] CaseWidths { get; init; } = [];

    /// <summary>Receives the slices of one case: number of the first, intensities (D, C, H, W), classes (D, H, W).</summary>
    internal delegate void Receiver(int first, ReadOnlySpan<float> images, ReadOnlySpan<byte> labels);

    /// <summary>Intensities in a slice.</summary>
    internal int ImageSize => checked(Channels * Height * Width);

    /// <summary>Classes in a slice.</summary>
    internal int LabelSize => checked(Height * Width);

    /// <summary>Bytes of all intensities.</summary>
    internal long ImageBytes => (long)Count * ImageSize * sizeof(float);

    /// <summary>Bytes of all intensities and classes.</summary>
    internal long Bytes => ImageBytes + (long)Count * LabelSize;

    internal static SliceLayout Of(IReadOnlyList<CaseShape> shapes, int height, int width)
    {
        if (shapes.Count == 0)
            throw new ArgumentException("There are no cases to take slices from.", nameof(shapes));
        var channels = shapes[0].Channels;
        foreach (var shape in shapes)
            if (shape.Channels != channels)
                throw new ArgumentException(
                    $"Case '{shape.Id}' has {shape.Channels} channels, case '{shapes[0].Id}' has {channels}.", nameof(shapes));
        int[] caseOf = [.. shapes.SelectMany((shape, i) => Enumerable.Repeat(i, shape.Depth))];
        int[] sliceOf = [.. shapes.SelectMany(shape => Enumerable.Range(0, shape.Depth))];
        return new SliceLayout(caseOf.Length, channels, height, width, caseOf, sliceOf, 0)
        {
            CaseHeights = [.. shapes.Select(shape => shape.Height)],
            CaseWidths = [.. shapes.Select(shape => shape.Width)],
        };
    }

    /// <summary>Loads every case once, in parallel, and hands out its slices.</summary>
    /// <returns>Labelled voxels that the crop cut off.</returns>
    internal long Fill(IReadOnlyList<CaseShape> shapes, Func<int, SegmentationCase> load, Receiver receive)
    {
        var first = new int[shapes.Count];
        for (var i = 1; i < first.Length; i++) first[i] = checked(first[i - 1] + shapes[i - 1].Depth);
        var lost = 0L;
        try
        {
            Parallel.For(0, shapes.Count, i =>
            {
                var whole = load(i);
                Interlocked.Add(ref lost, whole.LabelledVoxelsOutside(Height, Width));
                var item = whole.CropOrPad(Height, Width);
                receive(first[i], BySlice(item), item.Labels);
            });
        }
        catch (AggregateException error) when (error.InnerExceptions is [var only, ..])
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        }
        return lost;
    }

    // (C, D, H, W) to (D, C, H, W): the channels of a slice lie a volume apart.
    private float[] BySlice(SegmentationCase item)
    {
        if (Channels == 1) return item.Image;
        var slices = new float[item.Image.Length];
        for (var slice = 0; slice < item.Depth; slice++)
            for (var c = 0; c < Channels; c++)
                item.Image.AsSpan((c * item.Depth + slice) * LabelSize, LabelSize).CopyTo(slices.AsSpan((slice * Channels + c) * LabelSize));
        return slices;
    }
}
