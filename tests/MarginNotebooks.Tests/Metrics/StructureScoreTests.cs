using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class StructureScoreTests
{
    private static readonly int[] s_shape = [3, 4, 5];
    private static readonly double[] s_spacing = [10, 1.5, 1.5];

    [Theory]
    [InlineData(true, true, StructurePresence.Both)]
    [InlineData(false, true, StructurePresence.Missed)]
    [InlineData(true, false, StructurePresence.Spurious)]
    [InlineData(false, false, StructurePresence.Absent)]
    public void Sound_conventions(bool predicted, bool present, StructurePresence expected)
    {
        var score = Of(predicted, present, EmptyMaskRule.Sound);
        Assert.Equal(expected, score.Presence);
        foreach (var key in StructureScore.Keys)
        {
            var value = score[key];
            if (!present)
                Assert.True(double.IsNaN(value), $"{key} of an absent structure is {value}");
            else if (key is "dsc" or "iou")
                Assert.Equal(predicted ? 1 : 0, value);
            else
                Assert.Equal(predicted ? 0 : Math.Sqrt(400 + 2.25 * 9 + 2.25 * 16), value, 1e-12);
        }
    }

    [Theory]
    [InlineData(false, true, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, false, 1)]
    public void Authors_conventions(bool predicted, bool present, double dice)
    {
        var score = Of(predicted, present, EmptyMaskRule.Authors);
        Assert.Equal(dice, score.Dice);
        Assert.Equal(dice, score.IoU);
        Assert.Equal((0, 0, 0, 0), (score.Hd95, score.Hd, score.Asd, score.Assd));
    }

    [Fact]
    public void Missing_a_structure_is_never_closer_than_any_prediction()
    {
        var random = new Random(9);
        for (var trial = 0; trial < 30; trial++)
        {
            var result = Enumerable.Range(0, 60).Select(_ => random.NextDouble() < 0.05).ToArray();
            var reference = Enumerable.Range(0, 60).Select(_ => random.NextDouble() < 0.05).ToArray();
            result[0] = reference[59] = true;
            var found = StructureScore.Of("x", result, reference, s_shape, s_spacing, EmptyMaskRule.Sound);
            var missed = StructureScore.Of("x", new bool[60], reference, s_shape, s_spacing, EmptyMaskRule.Sound);
            foreach (var key in new[] { "hd95", "hd", "asd", "assd" })
                Assert.True(found[key] <= missed[key]);
        }
    }

    [Fact]
    public void Brats_regions_nest()
    {
        byte[] labels = [0, 1, 2, 3];
        Assert.Equal([false, false, false, true], Structure.Brats[0].Mask(labels));
        Assert.Equal([false, true, false, true], Structure.Brats[1].Mask(labels));
        Assert.Equal([false, true, true, true], Structure.Brats[2].Mask(labels));
    }

    private static StructureScore Of(bool predicted, bool present, EmptyMaskRule rule)
    {
        var (result, reference) = (new bool[60], new bool[60]);
        result[7] = predicted;
        reference[7] = present;
        return StructureScore.Of("1", result, reference, s_shape, s_spacing, rule);
    }
}
