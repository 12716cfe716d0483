using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class DirichletCalibrationTests
{
    [Theory]
    [InlineData(2, 300, 0.1, 0.01)]
    [InlineData(3, 1000, 0.001, 0.001)]
    [InlineData(4, 2000, 0.02, 1)]
    public void It_is_what_SciPy_finds(int classes, int pixels, double lambda, double mu)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(50 + classes, classes, pixels, MadeUpPixels.Modest);
        using var calibrator = new DirichletCalibration { Lambda = lambda, Mu = mu, Tolerance = 1e-10 };
        var fit = calibrator.FitHere([data]);
        var expected = PythonCalibration.Run("dirichlet", data, ("lambda", lambda), ("mu", mu));
        Assert.True(fit.Converged);
        Close.Number(expected.GetProperty("loss").GetDouble(), fit.LossAfter, 0, 1e-7, "loss");
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("weights")), [.. calibrator.Weights], 0, 1e-6, "W");
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("offsets")), [.. calibrator.Offsets], 0, 1e-6, "b");
    }

    [Fact]
    public void Only_the_probabilities_count_not_the_logits_behind_them()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(55, 3, 2000, MadeUpPixels.Modest);
        using var calibrator = new DirichletCalibration();
        calibrator.FitHere([data]);
        Assert.True(calibrator.Apply(data.Logits).allclose(calibrator.Apply(data.Logits + 7), 1e-4, 1e-4));
    }
}
