using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class HistogramBinningTests
{
    [Theory]
    [InlineData("width", 3, 1000, 15)]
    [InlineData("width", 2, 40, 20)]
    [InlineData("mass", 3, 1000, 15)]
    [InlineData("mass", 4, 30, 40)]
    public void It_is_what_NumPy_finds(string kind, int classes, int pixels, int bins)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(100 + bins, classes, pixels, MadeUpPixels.Modest);
        data = data with { Logits = cat([data.Logits.narrow(2, 0, pixels / 2).round(), data.Logits.narrow(2, pixels / 2, pixels - pixels / 2)], 2) };
        var others = cat([data.Logits, MadeUpPixels.Draw(110, classes, 500, spread: 5).Logits], 2);
        using HistogramBinning calibrator = kind == "width" ? new EqualWidthHistogramBinning { Bins = bins } : new EqualMassHistogramBinning { Bins = bins };
        calibrator.FitHere([data]);
        var found = nn.functional.softmax(calibrator.Apply(others.to(ScalarType.Float64)), 1);
        var expected = PythonCalibration.Run(kind, data, ("bins", bins), ("new", PythonCalibration.Rows(others)));
        Close.Array(
            GoldenFiles.Doubles(expected.GetProperty("probabilities")), [.. PythonCalibration.Rows(found).SelectMany(row => row)], 0, 1e-10, "probability");
    }

    [Fact]
    public void Equal_mass_holds_as_many_pixels_in_each_bin_and_splits_no_ties()
    {
        using var scope = NewDisposeScope();
        using var even = new EqualMassHistogramBinning { Bins = 10 };
        even.FitHere([MadeUpPixels.Draw(120, 2, 1000)]);
        Assert.Equal(10, even.MapOf(0)!.Knots.Length);
        using var tied = new EqualMassHistogramBinning { Bins = 10 };
        var data = MadeUpPixels.Draw(121, 2, 1000);
        tied.FitHere([data with { Logits = zeros_like(data.Logits) }]);
        var map = tied.MapOf(0)!;
        Assert.Equal([0.5], map.Knots);
        Assert.Equal(data.Labels.eq(0).to(ScalarType.Float64).mean().item<double>(), Assert.Single(map.Values), 1e-12);
    }
}
