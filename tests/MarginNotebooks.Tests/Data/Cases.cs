using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

/// <summary>Small cases for tests.</summary>
internal static class Cases
{
    /// <summary>A case of random intensities and classes 0 to 2.</summary>
    public static SegmentationCase Make(string id, int channels = 1, int depth = 3, int height = 4, int width = 5, string? group = null, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        return new SegmentationCase
        {
            Id = id,
            PatientId = id.Split('_')[0],
            Group = group,
            Image = [.. Enumerable.Range(0, channels * depth * height * width).Select(_ => (float)random.Normal())],
            Labels = [.. Enumerable.Range(0, depth * height * width).Select(_ => (byte)random.Below(3))],
            Channels = channels,
            Depth = depth,
            Height = height,
            Width = width,
            Spacing = new VoxelSpacing(9, 1.25, 1.5),
        };
    }
}
