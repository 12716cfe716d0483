namespace MarginNotebooks.Data;

/// <summary>Counts voxels by class.</summary>
internal static class LabelHistogram
{
    /// <summary>Voxels of each class; longer than <paramref name="classes"/> when the labels hold larger numbers.</summary>
    public static long[] Of(ReadOnlySpan<byte> labels, int classes)
    {
        var counts = new long[256];
        foreach (var label in labels)
            counts[label]++;
        var length = 256;
        while (length > classes && counts[length - 1] == 0)
            length--;
        return counts[..length];
    }
}
