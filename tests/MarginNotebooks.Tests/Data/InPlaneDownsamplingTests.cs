using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class InPlaneDownsamplingTests
{
    [Fact]
    public void A_block_gives_its_mean_and_its_most_frequent_label()
    {
        var item = Of(2, 4, [1, 2, 10, 20, 3, 6, 30, 0], [1, 1, 2, 0, 0, 3, 2, 3]);
        var small = item.Downsampled(2);
        Assert.Equal((1, 1, 2), (small.Depth, small.Height, small.Width));
        Assert.Equal([3, 15], small.Image);
        Assert.Equal([1, 2], small.Labels);
    }

    [Theory]
    [InlineData(new byte[] { 3, 1, 1, 3 }, 1)] // the lowest of two
    [InlineData(new byte[] { 3, 2, 1, 0 }, 0)] // the lowest of four
    [InlineData(new byte[] { 255, 255, 0, 1 }, 255)] // not annotated counts as a label …
    [InlineData(new byte[] { 255, 255, 2, 2 }, 2)] // … and is the highest
    [InlineData(new byte[] { 255, 254, 254, 1 }, 254)]
    public void Ties_go_to_the_lowest_label(byte[] labels, byte expected) =>
        Assert.Equal([expected], Of(2, 2, new float[4], labels).Downsampled(2).Labels);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Agrees_with_a_loop_over_pixels(int factor)
    {
        const int Channels = 2, Depth = 3, Height = 11, Width = 16;
        var random = new Random(factor);
        var item = Cases.Make("a", Channels, Depth, Height, Width) with
        {
            Labels = [.. Enumerable.Range(0, Depth * Height * Width).Select(_ => random.Next(5) is var k and < 4 ? (byte)k : (byte)255)],
        };
        var small = item.Downsampled(factor);
        Assert.Equal((Channels, Depth, Height / factor, Width / factor), (small.Channels, small.Depth, small.Height, small.Width));
        for (var c = 0; c < Channels; c++)
            for (var z = 0; z < Depth; z++)
                for (var y = 0; y < small.Height; y++)
                    for (var x = 0; x < small.Width; x++)
                    {
                        var block = Enumerable.Range(0, factor * factor)
                            .Select(i => ((z * Height) + (y * factor) + (i / factor)) * Width + (x * factor) + (i % factor)).ToArray();
                        var here = ((z * small.Height) + y) * small.Width + x;
                        Assert.Equal(
                            block.Average(i => (double)item.Image[(c * Depth * Height * Width) + i]),
                            small.Image[(c * small.Depth * small.Height * small.Width) + here], 1e-6);
                        Assert.Equal(
                            block.GroupBy(i => item.Labels[i]).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key,
                            small.Labels[here]);
                    }
    }

    [Fact]
    public void The_rim_that_fills_no_block_is_left_out()
    {
        // The last column and row hold what must not be seen.
        var item = Of(3, 3, [1, 1, 99, 1, 1, 99, 99, 99, 99], [1, 1, 2, 1, 1, 2, 2, 2, 2]);
        var small = item.Downsampled(2);
        Assert.Equal([1f], small.Image);
        Assert.Equal([1], small.Labels);
    }

    [Fact]
    public void Spacing_grows_in_the_slice_and_everything_else_stays()
    {
        var item = Cases.Make("a_1", height: 8, width: 8, group: "g") with { Background = -3 };
        var small = item.Downsampled(4);
        Assert.Equal(new VoxelSpacing(9, 5, 6), small.Spacing); // from 9, 1.25, 1.5
        Assert.Equal(("a_1", "a", "g", -3f), (small.Id, small.PatientId, small.Group, small.Background));
    }

    [Fact]
    public void One_leaves_the_case_as_it_is()
    {
        var item = Cases.Make("a");
        Assert.Same(item, item.Downsampled(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => item.Downsampled(0));
    }

    [Theory]
    [InlineData(4, 9, 5)]
    [InlineData(9, 4, 5)]
    public void Slices_smaller_than_a_block_are_refused_by_name(int height, int width, int factor) => Assert.Contains(
        $"'heart' has slices of {height}×{width} pixels: they cannot be made {factor} times smaller",
        Assert.Throws<ArgumentException>(() => Cases.Make("heart", height: height, width: width).Downsampled(factor)).Message);

    [Fact]
    public void The_size_in_training_shrinks_with_the_slices()
    {
        Assert.Equal(new SliceFit(96, 96), new SliceFit(192, 192).Downsampled(2));
        Assert.Equal(new SliceFit(66, 64), new SliceFit(200, 192).Downsampled(3));
        // A least size: rounded up to the multiple that the network needs.
        Assert.Equal(new SliceFit(32, 32, 32), new SliceFit(64, 64, 32).Downsampled(2));
        Assert.Equal(new SliceFit(32, 64, 32), new SliceFit(64, 96, 32).Downsampled(2));
        Assert.Equal(new SliceFit(32, 32, 32), new SliceFit(32, 32, 32).Downsampled(4));
        Assert.Equal(new SliceFit(64, 64, 32), new SliceFit(64, 64, 32).Downsampled(1));
    }

    private static SegmentationCase Of(int height, int width, float[] image, byte[] labels) =>
        Cases.Make("a", depth: 1, height: height, width: width) with { Image = image, Labels = labels };
}
