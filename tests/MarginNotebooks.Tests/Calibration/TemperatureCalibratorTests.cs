using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class TemperatureCalibratorTests
{
    public static TheoryData<string> Files => GoldenFiles.Where("temperature", _ => true);

    [Theory]
    [MemberData(nameof(Files))]
    public void The_golden_optimum_is_found(string file)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenFiles.Read(file);
        var expected = golden.GetProperty("expected");
        var shape = GoldenFiles.Longs(golden.GetProperty("shape"));
        var logits = tensor(GoldenFiles.Floats(golden.GetProperty("logits")), shape);
        var labels = tensor(GoldenFiles.Longs(golden.GetProperty("labels")), [shape[0], .. shape[2..]]);
        CalibrationBatch batch = shape.Length == 2 ? new(logits.t().unsqueeze(0), labels.unsqueeze(0)) : new(logits, labels);

        using var calibrator = new TemperatureCalibrator { IgnoreIndex = null };
        var fit = calibrator.FitHere([batch]);
        Close.Number(expected.GetProperty("optimum_temperature_pooled").GetDouble(), calibrator.Temperature, 1e-5, 0, "T");
        Close.Number(expected.GetProperty("optimum_nll_pooled").GetDouble(), fit.LossAfter, 0, 1e-6, "loss");
        Assert.Empty(fit.Notes);
        using var grid = new TemperatureGridCalibrator { IgnoreIndex = null };
        grid.FitHere([batch]);
        Assert.Equal(expected.GetProperty("pooled_best_temperature_nll").GetDouble(), grid.Temperature, 1);
    }

    [Theory]
    [InlineData(2, 200)]
    [InlineData(4, 2000)]
    public void It_is_what_SciPy_finds(int classes, int pixels)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(60 + classes, classes, pixels, MadeUpPixels.Modest);
        using var calibrator = new TemperatureCalibrator();
        var fit = calibrator.FitHere([data]);
        var expected = PythonCalibration.Run("temperature", data);
        Close.Number(expected.GetProperty("temperature").GetDouble(), calibrator.Temperature, 1e-6, 0, "T");
        Close.Number(expected.GetProperty("loss").GetDouble(), fit.LossAfter, 0, 1e-10, "loss");
        Assert.Equal(TemperatureScaling.Fit([(data.Logits, data.Labels)]).Temperature, calibrator.Temperature, 1e-5);
    }

    [Fact]
    public void Pixels_that_are_always_right_have_no_optimum_and_the_fit_says_so()
    {
        using var scope = NewDisposeScope();
        var labels = (arange(10) % 2).unsqueeze(0);
        var logits = stack([1 - labels.squeeze(0), labels.squeeze(0)]).to(ScalarType.Float32).unsqueeze(0);
        using var calibrator = new TemperatureCalibrator();
        Assert.Contains("edge", Assert.Single(calibrator.FitHere([new(logits, labels)]).Notes).Replace("end", "edge"));
    }

    [Fact]
    public void Far_off_scales_are_found_too()
    {
        using var scope = NewDisposeScope();
        foreach (var scale in new[] { 1e-2, 1, 1e3 })
        {
            var data = MadeUpPixels.Draw(65, 3, 5000);
            using var calibrator = new TemperatureCalibrator();
            calibrator.FitHere([data with { Logits = data.Logits * scale }]);
            Assert.Equal(1, calibrator.Temperature / scale, 0.05);
        }
    }

    [Fact]
    public void Ignored_pixels_do_not_count_in_the_searches_either()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(66, 3, 1000, MadeUpPixels.Modest);
        var (logits, labels) = (cat([data.Logits, -data.Logits], 2), cat([data.Labels, full_like(data.Labels, 255)], 1));
        Assert.Equal(TemperatureScaling.Fit([(data.Logits, data.Labels)]).Temperature, TemperatureScaling.Fit([(logits, labels)], ignoreIndex: 255).Temperature, 1e-9);
        Assert.Equal(
            TemperatureScaling.Search([(data.Logits, data.Labels)]).Loss,
            TemperatureScaling.Search([(logits, labels), (-data.Logits, full_like(data.Labels, 255))], ignoreIndex: 255).Loss, 1e-12);
        Assert.Equal(
            TemperatureScaling.SearchByCalibrationError([(data.Logits, data.Labels)]),
            TemperatureScaling.SearchByCalibrationError([(logits, labels)], ignoreIndex: 255));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([(logits, labels)]));
    }
}
