using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class PredictedClassTemperaturesTests
{
    [Fact]
    public void They_are_what_SciPy_finds()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(70, 4, 4000, MadeUpPixels.Modest);
        using var calibrator = new PredictedClassTemperatures();
        var fit = calibrator.FitHere([data]);
        Close.Array(
            GoldenFiles.Doubles(PythonCalibration.Run("predicted", data).GetProperty("temperatures")), [.. calibrator.Temperatures], 1e-6, 0, "T");
        Assert.Empty(fit.Notes);
    }

    [Fact]
    public void A_class_that_is_hardly_ever_predicted_takes_the_temperature_of_all()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(71, 3, 2000, MadeUpPixels.Modest);
        data = data with { Logits = data.Logits - tensor(new[] { 0f, 0, 9 }).view(1, 3, 1) };
        using var calibrator = new PredictedClassTemperatures();
        var fit = calibrator.FitHere([data]);
        using var all = new TemperatureCalibrator();
        all.FitHere([data]);
        Assert.Contains("Class 2", Assert.Single(fit.Notes));
        Assert.Equal(all.Temperature, calibrator.Temperatures[2]);
        Assert.True(fit.LossAfter < all.LastFit!.LossAfter);
    }
}
