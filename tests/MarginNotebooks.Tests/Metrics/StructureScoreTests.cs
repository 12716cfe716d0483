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
            else if (key is "dsc" or "iou" or "nsd" or "sensitivity" or "precision")
                Assert.Equal(predicted ? 1 : 0, value);
            else if (key is "specificity")
                Assert.Equal(1, value);
            else if (key is "vd" or "avd")
                Assert.Equal(predicted ? 0 : (key == "vd" ? -1 : 1) * 10 * 1.5 * 1.5 / 1000, value, 1e-15);
            else if (key is "rvd" or "arvd")
                Assert.Equal(predicted ? 0 : key == "rvd" ? -1 : 1, value);
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
        foreach (var key in new[] { "nsd", "sensitivity", "precision" })
            Assert.Equal(dice, score[key]);
        Assert.Equal(1, score.Specificity);
        Assert.Equal(present ? -0.0225 : 0, score.VolumeDifference, 1e-15);
        Assert.Equal(present ? -1 : 0, score.RelativeVolumeDifference);
    }

    [Fact]
    public void Tolerance_and_voxel_volume_are_the_ones_given()
    {
        var (result, reference) = (new bool[60], new bool[60]);
        for (var i = 20; i < 40; i++)
            reference[i] = true;
        for (var i = 25; i < 40; i++)
            result[i] = true;
        double At(double tolerance) => StructureScore.Of("1", result, reference, s_shape, s_spacing, EmptyMaskRule.Sound, tolerance).SurfaceDice;
        Assert.InRange(At(1), 0.01, 0.99);
        Assert.True(At(0) <= At(1) && At(1) < At(1.5));
        Assert.Equal(1, At(1.5)); // a row of pixels is missing
        var score = StructureScore.Of("1", result, reference, s_shape, s_spacing, EmptyMaskRule.Sound, 1, voxelVolume: 2);
        Assert.Equal(-5 * 2 / 1000.0, score["vd"], 1e-15);
        Assert.Equal(5 * 2 / 1000.0, score["avd"], 1e-15);
        Assert.Equal(-0.25, score["rvd"], 1e-15);
        Assert.Equal(0.25, score["arvd"], 1e-15);
        Assert.Equal(15 / 20.0, score.Sensitivity);
        Assert.Equal(1, score.Precision);
    }

    [Fact]
    public void A_measure_that_does_not_exist_is_named_with_those_that_do() =>
        Assert.Contains("nsd", Assert.Throws<ArgumentException>(() => Of(true, true, EmptyMaskRule.Sound)["nds"]).Message);

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
