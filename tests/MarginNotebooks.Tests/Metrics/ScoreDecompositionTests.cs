using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ScoreDecompositionTests
{
    [Fact]
    public void One_group_by_hand()
    {
        // Four pixels with (0.75, 0.25), two of each class: f = (1/2, 1/2).
        var groups = Evidence(([[.75f, .75f, .75f, .75f], [.25f, .25f, .25f, .25f]], [0, 0, 1, 1])).Groups;
        var brier = ScoreDecomposition.Brier(groups);
        Assert.Equal(2 * 0.0625, brier.Reliability, 1e-12);
        Assert.Equal(0, brier.Resolution, 1e-12);
        Assert.Equal(0.5, brier.Uncertainty, 1e-12);
        Assert.Equal(0, brier.Within, 1e-12);
        Assert.Equal((2 * 2 * 0.0625 + 2 * 2 * 0.5625) / 4, brier.Score, 1e-12);
        var nll = ScoreDecomposition.NegativeLogLikelihood(groups);
        Assert.Equal(0.5 * Math.Log(0.5 / 0.75) + 0.5 * Math.Log(0.5 / 0.25), nll.Reliability, 1e-12);
        Assert.Equal(Math.Log(2), nll.Uncertainty, 1e-12);
        Assert.Equal(0, nll.Within, 1e-7);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 300)]
    [InlineData(3, 5000)]
    public void The_parts_add_up_to_the_score(int seed, int pixels)
    {
        foreach (var sharpness in new[] { 0.5, 1, 3 })
        {
            var evidence = Evidence(Random(seed, pixels, classes: 4, sharpness: sharpness));
            var (brier, nll) = (ScoreDecomposition.Brier(evidence.Groups), ScoreDecomposition.NegativeLogLikelihood(evidence.Groups));
            foreach (var parts in new[] { brier, nll })
            {
                Assert.Equal(parts.Score, parts.Reliability - parts.Resolution + parts.Uncertainty + parts.Within, 1e-10);
                Assert.Equal(parts.Score, parts.Reliability + parts.Refinement, 1e-10);
                Assert.True(parts.Reliability >= 0 && parts.Resolution >= 0 && parts.Uncertainty >= 0);
            }

            Assert.Equal(evidence.Proper.Brier, brier.Score, 1e-6);
            Assert.Equal(evidence.Proper.NegativeLogLikelihood, nll.Score, 1e-12);
        }
    }

    [Fact]
    public void Sharpening_costs_calibration_and_leaves_refinement()
    {
        var exact = ScoreDecomposition.Brier(Evidence(Random(4, 20000)).Groups);
        var sharp = ScoreDecomposition.Brier(Evidence(Random(4, 20000, sharpness: 3)).Groups);
        Assert.True(exact.Reliability < 0.002, $"{exact}");
        Assert.True(sharp.Reliability > 0.03, $"{sharp}");
        Assert.Equal(exact.Refinement, sharp.Refinement, 0.05);
    }
}
