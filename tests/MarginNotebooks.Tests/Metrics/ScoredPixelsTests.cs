using MarginNotebooks.Data;
using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ScoredPixelsTests
{
    [Fact]
    public void Streamed_scores_and_scores_of_kept_pixels_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var logits = 3 * randn(5, 4, 20, 24, generator: generator);
        var labels = randint(0, 4, [5, 20, 24], dtype: ScalarType.Int64, generator: generator);
        labels[0, 3..9] = 255;
        var pixels = new ScoredPixels(4);
        pixels.Add(logits[..2], labels[..2]);
        pixels.Add(logits[2..], labels[2..]);
        Assert.Equal((5, 20, 24), pixels.Shape);
        foreach (var region in Enum.GetValues<PixelRegion>())
        {
            var streamed = new CalibrationAccumulator(4, CalibrationRules.Sound, region);
            streamed.Add(logits, labels);
            var evidence = pixels.In(MeasureRegion.Of(region), VoxelSpacing.Unit);
            Assert.Equal(streamed.TopLabel.Count, evidence.TopLabel.Count);
            var (expected, actual) = (streamed.Scores(), evidence.Scores());
            foreach (var key in CalibrationScores.Keys)
                Assert.Equal(expected[key], actual[key], key == "aece" ? 1e-4 : 1e-7); // the sketch ties confidences of one cell
        }
    }

    [Fact]
    public void A_volume_of_a_3_d_network_has_its_slices()
    {
        using var scope = NewDisposeScope();
        var pixels = new ScoredPixels(3);
        pixels.Add(zeros([1, 3, 4, 5, 6]), zeros(1, 4, 5, 6, ScalarType.Int64));
        Assert.Equal((4, 5, 6), pixels.Shape);
        Assert.Equal(120, pixels.Count);
        Assert.Contains("(5, 6)", Assert.Throws<ArgumentException>(() => pixels.Add(zeros(1, 3, 2, 2), zeros(1, 2, 2, ScalarType.Int64))).Message);
    }

    [Fact]
    public void Probabilities_and_labels_that_are_none_are_named()
    {
        Assert.Contains("Label 2 of pixel 1", Assert.Throws<ArgumentException>(() => ScoredPixels.Of([[.5f, .5f], [.5f, .5f]], [0, 2])).Message);
        Assert.Contains("class 1 at pixel 0", Assert.Throws<ArgumentException>(() => ScoredPixels.Of([[.5f], [1.5f]], [0])).Message);
        Assert.Contains("2 labels", Assert.Throws<ArgumentException>(() => ScoredPixels.Of([[.5f], [.5f]], [0, 1])).Message);
    }

    [Fact]
    public void Released_pixels_cannot_be_asked_for_more()
    {
        var evidence = MeasureInputs.Evidence(MeasureInputs.Random(1, 50));
        var ece = CalibrationErrors.Expected(evidence.TopLabel);
        evidence.Release();
        Assert.Equal(ece, CalibrationErrors.Expected(evidence.TopLabel));
        Assert.Contains("released", Assert.Throws<InvalidOperationException>(() => evidence.Confidence).Message);
    }

    [Fact]
    public void Pixels_that_are_not_annotated_never_count()
    {
        var pixels = ScoredPixels.Of([[.9f, .2f, .6f], [.1f, .8f, .4f]], [0, 255, 1]);
        Assert.Equal(2, pixels.All().Pixels);
        Assert.Equal(0.5, pixels.All().Proper.Accuracy);
    }
}
