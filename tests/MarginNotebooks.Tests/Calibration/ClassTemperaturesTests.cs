using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class ClassTemperaturesTests
{
    [Theory]
    [InlineData(3, 1000)]
    [InlineData(4, 3000)]
    public void They_are_what_SciPy_finds(int classes, int pixels)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(30 + classes, classes, pixels, MadeUpPixels.Modest);
        using var calibrator = new ClassTemperatures { Tolerance = 1e-10 };
        var fit = calibrator.FitHere([data]);
        var expected = PythonCalibration.Run("class", data);
        Close.Number(expected.GetProperty("loss").GetDouble(), fit.LossAfter, 0, 1e-9, "loss");
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("weights")), [.. calibrator.Weights], 0, 1e-6, "1 / T");
        Assert.All(calibrator.Offsets, offset => Assert.Equal(0, offset));
    }

    [Fact]
    public void Temperatures_stay_positive_where_a_logit_tells_the_opposite()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(33, 3, 3000, logits => logits * tensor(new[] { 1f, 1, -0.5f }).view(1, 3, 1));
        using var calibrator = new ClassTemperatures();
        calibrator.FitHere([data]);
        Assert.All(calibrator.Temperatures, temperature => Assert.True(temperature > 0));
        // As near to no weight at all as a positive one gets.
        Assert.True(calibrator.Temperatures[2] > 100);
    }
}
