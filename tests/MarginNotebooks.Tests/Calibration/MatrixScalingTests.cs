using MarginNotebooks.Calibration;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class MatrixScalingTests
{
    [Theory]
    [InlineData(2, 300, 0.1, 0.01)]
    [InlineData(3, 1000, 0.001, 0.001)]
    [InlineData(4, 2000, 0.02, 1)]
    public void It_is_what_SciPy_finds(int classes, int pixels, double lambda, double mu)
    {
        using var calibrator = new MatrixScaling { Lambda = lambda, Mu = mu, Tolerance = 1e-10 };
        PythonCalibration.AssertSameMap("matrix", calibrator, 40 + classes, classes, pixels, ("lambda", lambda), ("mu", mu));
    }

    [Fact]
    public void Much_regularisation_leaves_a_diagonal()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(45, 3, 1000, MadeUpPixels.Modest);
        using var strict = new MatrixScaling { Lambda = 1e6, Mu = 1e6 };
        strict.FitHere([data]);
        using var free = new MatrixScaling { Lambda = 0, Mu = 0 };
        free.FitHere([data]);
        Assert.All(Enumerable.Range(0, 9).Where(i => i % 4 != 0), i => Assert.Equal(0, strict.Weights[i], 1e-5));
        Assert.All(strict.Offsets, offset => Assert.Equal(0, offset, 1e-5));
        Assert.True(free.LastFit!.LossAfter < strict.LastFit!.LossAfter);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixScaling { Lambda = -1 }.FitHere([data]));
    }
}
