using MarginNotebooks.Data;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class MeasureRegionTests
{
    private static bool[] Band(byte[] labels, (int, int, int) shape, VoxelSpacing spacing, double width) =>
        MeasureRegion.Boundary(width).Mask(new LabelVolume(labels, new byte[labels.Length], shape, spacing));

    [Fact]
    public void The_band_lies_on_both_sides_of_every_boundary()
    {
        byte[] row = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2];
        Assert.Equal("0011001100", Text(Band(row, (1, 1, 10), VoxelSpacing.Unit, 1)));
        Assert.Equal("0111111110", Text(Band(row, (1, 1, 10), VoxelSpacing.Unit, 2)));
    }

    [Fact]
    public void Distances_are_in_the_unit_of_the_spacing_and_cross_slices()
    {
        byte[] column = [0, 0, 1, 1]; // four slices of one voxel
        Assert.Equal("0110", Text(Band(column, (4, 1, 1), new VoxelSpacing(3, 1, 1), 3)));
        Assert.Equal("0000", Text(Band(column, (4, 1, 1), new VoxelSpacing(3, 1, 1), 2.9)));
        Assert.Equal("1111", Text(Band(column, (4, 1, 1), new VoxelSpacing(0.5, 1, 1), 1)));
    }

    [Fact]
    public void Equals_a_search_of_all_pairs()
    {
        var random = new Random(1);
        var (depth, height, width) = (3, 7, 6);
        var spacing = new VoxelSpacing(2.5, 0.7, 1.1);
        for (var trial = 0; trial < 20; trial++)
        {
            var labels = Enumerable.Range(0, depth * height * width).Select(_ => random.NextDouble() < 0.8 ? (byte)0 : (byte)random.Next(1, 4)).ToArray();
            labels[5] = labels[60] = ScoredPixels.Ignored;
            var reach = 0.6 + 3 * random.NextDouble();
            bool Near(int i) => Enumerable.Range(0, labels.Length).Any(j =>
            {
                double z = (i / (height * width) - j / (height * width)) * spacing.Depth;
                double y = (i / width % height - j / width % height) * spacing.Height;
                double x = (i % width - j % width) * spacing.Width;
                return labels[j] != labels[i] && labels[j] != ScoredPixels.Ignored && Math.Sqrt(x * x + y * y + z * z) <= reach;
            });
            var expected = Enumerable.Range(0, labels.Length).Select(i => labels[i] != ScoredPixels.Ignored && Near(i)).ToArray();
            Assert.Equal(expected, Band(labels, (depth, height, width), spacing, reach));
        }
    }

    [Fact]
    public void Without_a_boundary_there_is_no_band_and_no_measure()
    {
        Assert.DoesNotContain(true, Band([1, 1, 1, 1], (1, 2, 2), VoxelSpacing.Unit, 5));
        Assert.DoesNotContain(true, Band([1, 255, 255, 1], (1, 2, 2), VoxelSpacing.Unit, 5)); // the end of annotation is no boundary
        var pixels = ScoredPixels.Of([[0.5f, 0.6f], [0.5f, 0.4f]], [0, 0]);
        var band = pixels.In(MeasureRegion.Boundary(3), VoxelSpacing.Unit);
        Assert.All(["ece", "smece", "aurc", "tace"], key => Assert.Equal(double.NaN, CalibrationMeasures.Compute([key], band)[key]));
    }

    [Fact]
    public void Streamed_regions_choose_the_same_pixels()
    {
        byte[] reference = [0, 0, 1, 2, 255], predicted = [0, 1, 0, 2, 1];
        var volume = new LabelVolume(reference, predicted, (1, 1, 5), VoxelSpacing.Unit);
        Assert.Equal("1111", Text(MeasureRegion.All.Mask(volume))[..4]);
        Assert.Equal("0011", Text(MeasureRegion.Foreground.Mask(volume))[..4]);
        Assert.Equal("0111", Text(MeasureRegion.Union.Mask(volume))[..4]);
    }

    [Fact]
    public void Regions_are_read_from_text()
    {
        Assert.Same(MeasureRegion.Union, MeasureRegion.Parse("union"));
        Assert.Equal("boundary-2.5", MeasureRegion.Parse("boundary:2.5").Key);
        foreach (var wrong in new[] { "border", "boundary:", "boundary:0", "boundary:-1", "boundary:NaN", "boundary:Infinity" })
            Assert.Contains($"'{wrong}'", Assert.Throws<ArgumentException>(() => MeasureRegion.Parse(wrong)).Message);
    }

    private static string Text(bool[] mask) => string.Concat(mask.Select(inside => inside ? '1' : '0'));
}
