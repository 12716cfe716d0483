namespace MarginNotebooks.Data;

/// <summary>The slices of many volumes at one size, all in managed memory: what a 2-D network is trained on.</summary>
public sealed class SliceSet
{
    private SliceSet(int count, int channels, int height, int width)
    {
        (Count, Channels, Height, Width) = (count, channels, height, width);
        CaseOf = new int[count];
        SliceOf = new int[count];
        Images = new float[checked(count * channels * height * width)];
        Labels = new byte[checked(count * height * width)];
    }

    /// <summary>Number of slices N.</summary>
    public int Count { get; }

    /// <summary>Image channels C.</summary>
    public int Channels { get; }

    /// <summary>Rows H.</summary>
    public int Height { get; }

    /// <summary>Columns W.</summary>
    public int Width { get; }

    /// <summary>Intensities, row-major <c>(N, C, H, W)</c>.</summary>
    public float[] Images { get; }

    /// <summary>Classes, row-major <c>(N, H, W)</c>.</summary>
    public byte[] Labels { get; }

    /// <summary>For each slice the index of its case in the list it was made from.</summary>
    public int[] CaseOf { get; }

    /// <summary>For each slice its position in its volume.</summary>
    public int[] SliceOf { get; }

    /// <summary>Labelled voxels that the central crop cut off, over all cases; 0 when the size holds everything.</summary>
    public long LabelledVoxelsLost { get; private init; }

    /// <summary>
    /// Takes all slices of all cases, in order, cropped and padded about the centre (see <see cref="CenteredWindow.CropOrPad"/>).
    /// </summary>
    /// <param name="cases">At least one case, all with the same channels.</param>
    /// <param name="height">Rows of the slices.</param>
    /// <param name="width">Columns of the slices.</param>
    /// <param name="normalisation">How to normalise each volume before it is padded; prepared cases and phantoms need none.</param>
    /// <returns>The slices.</returns>
    /// <exception cref="ArgumentException">No case, or cases with different channels.</exception>
    public static SliceSet FromCases(
        IReadOnlyList<SegmentationCase> cases, int height, int width, IntensityNormalisation normalisation = IntensityNormalisation.None)
    {
        if (cases.Count == 0)
            throw new ArgumentException("There are no cases to take slices from.", nameof(cases));
        var channels = cases[0].Channels;
        if (cases.FirstOrDefault(item => item.Channels != channels) is { } odd)
            throw new ArgumentException(
                $"Case '{odd.Id}' has {odd.Channels} channels, case '{cases[0].Id}' has {channels}.", nameof(cases));
        var firstSlice = new int[cases.Count];
        var count = 0;
        for (var i = 0; i < cases.Count; i++)
        {
            firstSlice[i] = count;
            count = checked(count + cases[i].Validated().Depth);
        }
        var lost = cases.Sum(item => (long)item.LabelledVoxelsOutside(height, width));
        var set = new SliceSet(count, channels, height, width) { LabelledVoxelsLost = lost };
        Parallel.For(0, cases.Count, i => set.Take(cases[i].Normalised(normalisation).CropOrPad(height, width), i, firstSlice[i]));
        return set;
    }

    private void Take(SegmentationCase item, int index, int first)
    {
        var size = Height * Width;
        for (var slice = 0; slice < item.Depth; slice++)
        {
            CaseOf[first + slice] = index;
            SliceOf[first + slice] = slice;
            // (C, D, H, W) to (D, C, H, W): the channels of a slice lie a volume apart.
            for (var c = 0; c < Channels; c++)
                item.Image.AsSpan((c * item.Depth + slice) * size, size).CopyTo(Images.AsSpan(((first + slice) * Channels + c) * size));
        }
        item.Labels.CopyTo(Labels.AsSpan(first * size));
    }
}
