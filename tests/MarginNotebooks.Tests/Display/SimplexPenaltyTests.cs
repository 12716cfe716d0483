using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Display;

/// <summary>The penalties against the kit's losses, and their gradients against differences of their values.</summary>
public sealed class SimplexPenaltyTests
{
    public static TheoryData<string> Names => [.. Penalties.Keys];

    private static readonly Dictionary<string, SimplexPenalty> Penalties = new()
    {
        ["ls"] = SimplexPenalty.LabelSmoothing(0.2),
        ["focal"] = SimplexPenalty.Focal(2),
        ["ecp"] = SimplexPenalty.ConfidencePenalty(0.3),
        ["mbls"] = SimplexPenalty.Margin(3, 0.1),
    };

    private static readonly double[][] Pixels = [[1.5, -0.2, 4.1], [0.1, 0.2, -0.3], [-7, 2.5, 6], [3, 3.5, -3]];

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsAreDifferencesOfTheValues(string name)
    {
        var penalty = Penalties[name];
        foreach (var logits in Pixels)
        {
            var gradient = penalty.Gradient(logits);
            for (var k = 0; k < logits.Length; k++)
            {
                const double h = 1e-5;
                double At(double shift)
                {
                    var moved = logits.ToArray();
                    moved[k] += shift;
                    return penalty.Value(moved);
                }
                Assert.Equal((At(h) - At(-h)) / (2 * h), gradient[k], 8);
            }
        }
    }

    [Fact]
    public void PenaltiesAreWhatTheLossesAddToCrossEntropy()
    {
        foreach (var logits in Pixels)
        {
            var ce = Loss(new CrossEntropyLoss(), logits);
            // Label smoothing: (1-α)·CE + α·(KL + log K).
            Assert.Equal(0.8 * ce + Penalties["ls"].Value(logits) + 0.2 * Math.Log(3), Loss(new LabelSmoothingLoss(0.2), logits), 5);
            Assert.Equal(ce + Penalties["ecp"].Value(logits), Loss(new EntropyPenaltyLoss(0.3), logits), 5);
            Assert.Equal(ce + Penalties["mbls"].Value(logits), Loss(new MarginLoss(3, 0.1), logits), 5);
            Assert.True(ce + Penalties["focal"].Value(logits) <= Loss(new FocalLoss(2), logits) + 1e-5);
        }
    }

    [Fact]
    public void OnlyTheMarginLeavesARegionAlone()
    {
        Assert.All(["ls", "focal", "ecp"], name => Assert.Equal(0, SimplexContours.FlatShare(Penalties[name])));
        // d ≤ m is s_k ≥ s_max·e^-m: nearly the whole triangle for m = 3, and a small hexagon about the centre for m = 0.2.
        Assert.InRange(SimplexContours.FlatShare(SimplexPenalty.Margin(3)), 0.7, 0.9);
        Assert.InRange(SimplexContours.FlatShare(SimplexPenalty.Margin(0.2)), 0.005, 0.05);
    }

    [Fact]
    public void EveryStrokeStaysInItsTriangle()
    {
        var figure = SimplexContours.Draw([.. Penalties.Values]);
        foreach (var trace in MadeUp.Json(figure).GetProperty("data").EnumerateArray()
            .Where(trace => trace.TryGetProperty("mode", out var mode) && mode.GetString() == "markers"))
        {
            foreach (var (x, y) in MadeUp.Numbers(trace.GetProperty("x")).Zip(MadeUp.Numbers(trace.GetProperty("y"))))
            {
                Assert.InRange(y, -0.001, Math.Sqrt(3) * Math.Min(x, 1 - x) + 0.001);
            }
        }
        Assert.Contains("MbLS (m=3, λ=0.1) does not pull on", figure.AltText);
        Assert.Throws<ArgumentException>(() => SimplexContours.Draw([]));
    }

    private static double Loss(SegmentationLoss loss, double[] logits)
    {
        using var scope = NewDisposeScope();
        var terms = loss.Forward(tensor(logits, [1, logits.Length, 1, 1], ScalarType.Float32), tensor(new long[] { 1 }, [1, 1, 1]));
        return terms.Total.item<float>();
    }
}
