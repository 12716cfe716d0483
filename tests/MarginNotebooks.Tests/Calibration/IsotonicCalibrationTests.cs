using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class IsotonicCalibrationTests
{
    [Theory]
    [InlineData(2, 50)]
    [InlineData(3, 1000)]
    [InlineData(4, 5000)]
    public void It_is_what_scikit_learn_finds(int classes, int pixels)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(80 + classes, classes, pixels, MadeUpPixels.Modest);
        // Half of the logits are rounded: ties.
        data = data with { Logits = cat([data.Logits.narrow(2, 0, pixels / 2).round(), data.Logits.narrow(2, pixels / 2, pixels - pixels / 2)], 2) };
        // Known points, points between them, and points beyond all.
        var others = cat([data.Logits, MadeUpPixels.Draw(90, classes, 500, spread: 5).Logits], 2);
        using var calibrator = new IsotonicCalibration();
        calibrator.FitHere([data]);
        var found = nn.functional.softmax(calibrator.Apply(others.to(ScalarType.Float64)), 1);
        var expected = PythonCalibration.Run("isotonic", data, ("new", PythonCalibration.Rows(others)));
        Close.Array(
            GoldenFiles.Doubles(expected.GetProperty("probabilities")), [.. PythonCalibration.Rows(found).SelectMany(row => row)], 0, 1e-10, "probability");
    }

    [Fact]
    public void Pooling_by_hand()
    {
        double[] x = [0.4, 0.1, 0.3, 0.2, 0.3, 0.6, 0.5];
        byte[] hits = [0, 1, 1, 0, 0, 1, 1];
        // Sorted: 0.1→1, 0.2→0, 0.3→{1, 0}, 0.4→0, 0.5→1, 0.6→1. The first five pool to 2/5.
        var map = PoolAdjacentViolators.Fit(x, hits);
        Assert.Equal([0.1, 0.4, 0.5, 0.6], map.Knots.Where((knot, i) => i == 0 || knot != map.Knots[i - 1]));
        Assert.Equal(0.4, map.At(0));
        Assert.Equal(0.4, map.At(0.25));
        Assert.Equal(0.7, map.At(0.45), 1e-12);
        Assert.Equal(1, map.At(2));
    }

    [Fact]
    public void Impossible_has_a_price_but_not_an_infinite_one()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(95, 3, 3000);
        using var calibrator = new IsotonicCalibration();
        calibrator.FitHere([data]);
        Assert.Equal(1.0 / 3002, calibrator.Floor);
        var extreme = calibrator.Apply(tensor(new[] { 100f, -100, 0 }).view(1, 3, 1));
        Assert.InRange(nn.functional.softmax(extreme, 1).min().item<float>(), 0.9f / 3002, 1.1f / 3002);
    }
}
