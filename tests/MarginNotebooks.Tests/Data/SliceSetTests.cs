using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class SliceSetTests
{
    [Fact]
    public void Holds_every_slice_of_every_case_in_order()
    {
        SegmentationCase[] cases = [Cases.Make("a", channels: 2, depth: 3), Cases.Make("b", channels: 2, depth: 1, seed: 2), Cases.Make("c", channels: 2, depth: 2, seed: 3)];
        var set = SliceSet.FromCases(cases, 4, 5);
        Assert.Equal((6, 2, 4, 5), (set.Count, set.Channels, set.Height, set.Width));
        Assert.Equal([0, 0, 0, 1, 2, 2], set.CaseOf);
        Assert.Equal([0, 1, 2, 0, 0, 1], set.SliceOf);
        for (var n = 0; n < set.Count; n++)
        {
            var (item, slice) = (cases[set.CaseOf[n]], set.SliceOf[n]);
            Assert.Equal(item.Labels.Skip(slice * 20).Take(20), set.Labels.Skip(n * 20).Take(20));
            for (var c = 0; c < 2; c++)
                Assert.Equal(item.Image.Skip((c * item.Depth + slice) * 20).Take(20), set.Images.Skip((n * 2 + c) * 20).Take(20));
        }
        Assert.Equal(0, set.LabelledVoxelsLost);
    }

    [Fact]
    public void Counts_what_the_crop_loses()
    {
        SegmentationCase[] cases = [Cases.Make("a"), Cases.Make("b", seed: 2)];
        var set = SliceSet.FromCases(cases, 2, 3);
        Assert.True(set.LabelledVoxelsLost > 0);
        Assert.Equal(
            cases.Sum(item => item.Labels.Count(label => label > 0)), set.LabelledVoxelsLost + set.Labels.Count(label => label > 0));
    }

    [Fact]
    public void Normalises_the_volume_and_not_the_slice()
    {
        var item = Cases.Make("a", depth: 4);
        var set = SliceSet.FromCases([item], 6, 6, IntensityNormalisation.MinMax);
        Assert.Equal((0f, 1f), (set.Images.Min(), set.Images.Max()));
        Assert.Contains(set.Images.Chunk(36), slice => slice.Max() < 1);
    }

    [Fact]
    public void Refuses_nothing_and_a_mixture()
    {
        Assert.Throws<ArgumentException>(() => SliceSet.FromCases([], 4, 4));
        var error = Assert.Throws<ArgumentException>(() => SliceSet.FromCases([Cases.Make("a"), Cases.Make("odd", channels: 2)], 4, 4));
        Assert.Contains("odd", error.Message);
    }
}
