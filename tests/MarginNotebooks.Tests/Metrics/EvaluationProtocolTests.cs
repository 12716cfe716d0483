using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class EvaluationProtocolTests
{
    [Fact]
    public void The_presets_say_in_words_where_they_differ()
    {
        var (sound, authors) = (EvaluationProtocol.Sound.Describe(), EvaluationProtocol.Authors.Describe());
        foreach (var (preset, words) in new[]
        {
            (sound, "'sound'"), (sound, "(mm)"), (sound, "tolerance of 1 mm"), (authors, "tolerance of 1 voxels"), (sound, "the volume's diagonal"), (sound, "all classes"), (sound, "every pixel counted"), (sound, "/all"),
            (authors, "'authors'"), (authors, "in voxels"), (authors, "Dice 0 and distance 0"), (authors, "largest label"), (authors, "10 equal-width bins"),
            (authors, "4 decimals"), (authors, "true label is not background"),
        })
            Assert.Contains(words, preset);
        Assert.DoesNotContain("  ", sound + authors);
    }

    [Fact]
    public void Presets_are_found_by_name_and_an_unknown_name_lists_them()
    {
        Assert.Same(EvaluationProtocol.Authors, EvaluationProtocol.Named("Authors"));
        Assert.Contains("sound, authors", Assert.Throws<ArgumentException>(() => EvaluationProtocol.Named("monai")).Message);
    }

    [Fact]
    public void A_changed_protocol_describes_itself()
    {
        var changed = EvaluationProtocol.Sound with
        {
            Name = "mine",
            Regions = [PixelRegion.All],
            Calibration = CalibrationRules.Sound with { Binning = new(20, BinRule.Float32Edges), ClasswiseThreshold = 0.001f },
        };
        Assert.Contains("20 equal-width bins", changed.Describe());
        Assert.Contains("above 0.001", changed.Describe());
        Assert.DoesNotContain("/foreground", changed.Describe());
    }
}
