using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class VectorScalingTests
{
    [Theory]
    [InlineData(2, 300)]
    [InlineData(3, 1000)]
    [InlineData(5, 2000)]
    public void It_is_what_SciPy_finds(int classes, int pixels)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(classes, classes, pixels, MadeUpPixels.Modest);
        using var calibrator = new VectorScaling { Tolerance = 1e-10 };
        var fit = calibrator.FitHere([data]);
        var expected = PythonCalibration.Run("vector", data);
        Assert.True(fit.Converged);
        Close.Number(expected.GetProperty("loss").GetDouble(), fit.LossAfter, 0, 1e-9, "loss");
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("weights")), [.. calibrator.Weights], 0, 1e-6, "W");
        // b is determined up to a constant; the kit's has mean 0.
        var offsets = GoldenFiles.Doubles(expected.GetProperty("offsets"));
        Close.Array([.. offsets.Select(b => b - offsets.Average())], [.. calibrator.Offsets], 0, 1e-6, "b");
    }

    [Fact]
    public void A_known_distortion_is_found()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(21, 3, 200_000, logits => logits * tensor(new[] { 0.5f, 1, 2 }).view(1, 3, 1) + tensor(new[] { 1f, 0, -1 }).view(1, 3, 1));
        using var calibrator = new VectorScaling();
        calibrator.FitHere([data]);
        Close.Array([0.5, 1, 2], [calibrator.Weights[0], calibrator.Weights[4], calibrator.Weights[8]], 0.02, 0, "w");
        Close.Array([1, 0, -1], [.. calibrator.Offsets], 0, 0.02, "b");
    }
}
