using MarginNotebooks.Calibration;
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
        using var calibrator = new DirichletCalibration { Lambda = lambda, Mu = mu, Tolerance = 1e-10 };
        PythonCalibration.AssertSameMap("dirichlet", calibrator, 50 + classes, classes, pixels, ("lambda", lambda), ("mu", mu));
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
