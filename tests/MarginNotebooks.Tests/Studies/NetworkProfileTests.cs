using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Studies;

/// <summary>One pass of a small network over the phantom's test volumes, against the evaluation that stores results.</summary>
public sealed class NetworkProfileTests
{
    private static readonly Lazy<StudyData> Data = new(() => StudyData.Phantom(new PhantomOptions { Patients = 10 }));

    [Theory]
    [InlineData(PixelRegion.All)]
    [InlineData(PixelRegion.Foreground)]
    [InlineData(PixelRegion.ForegroundUnion)]
    public void ThePixelsAreThoseOfTheEvaluation(PixelRegion region)
    {
        using var network = new UNet(1, Data.Value.Info.ClassCount, 4, seed: 1);
        var profile = Profile("untrained", network, region);
        var stored = Evaluation.Run(network, Data.Value, CPU, TestContext.Current.CancellationToken).Reliability.Where(row => row.Region == region.Key()).ToArray();
        var (pooled, all) = (profile.Pooled(), new BinSums(stored[0].Bins.Bins));
        foreach (var row in stored)
            all.Add(row.Bins);

        Assert.Equal(stored.Select(row => row.Bins.Total), profile.CaseConfidence.Select(one => one.Sums.Total));
        Assert.Equal(stored.Select(row => row.PatientId), profile.CaseConfidence.Select(one => one.PatientId));
        Assert.Equal(all.Correct.Sum(), pooled.Correct.Sum());
        Assert.Equal(all.Confidence.Sum(), pooled.Confidence.Sum(), 1e-4 * all.Total);
        Assert.All(profile.PerClass, sums => Assert.Equal(all.Total, sums.Total));
        Assert.Equal(all.Total, profile.Distances.Pixels);
        Assert.Equal(all.Total, profile.EqualMass().Total);
        Assert.True(profile.Distances.OfTrueClass[0] >= all.Correct.Sum(), "the true class of a right pixel is at distance 0");
    }

    [Fact]
    public void EveryChartOfItIsDrawn()
    {
        using var network = new UNet(1, Data.Value.Info.ClassCount, 4, seed: 2);
        var profile = Profile("untrained", network);

        Assert.All(
            [
                NetworkCharts.SmoothReliability([profile]), NetworkCharts.PerClass([profile]), NetworkCharts.Outcomes([profile]),
                NetworkCharts.LogitDistances([profile], 5), NetworkCharts.RiskCoverage([profile]),
                SlicePictures.Calibration(Data.Value, 0, 2, [("untrained", network)]),
            ],
            figure =>
            {
                Assert.DoesNotContain("NaN", figure.AltText);
                Assert.InRange(figure.ToPlotlyJson().Length, 1, 200_000);
            });
    }

    [Fact]
    public void NetworksOfDifferentPixelsDoNotShareAChart()
    {
        using var network = new UNet(1, Data.Value.Info.ClassCount, 4, seed: 1);
        var (all, foreground) = (Profile("a", network, PixelRegion.All), Profile("b", network, PixelRegion.Foreground));

        Assert.Contains("'b' was profiled on other pixels than 'a'", Assert.Throws<ArgumentException>(() => NetworkCharts.RiskCoverage([all, foreground])).Message);
        Assert.Throws<ArgumentException>(() => NetworkCharts.PerClass([]));
    }

    private static NetworkProfile Profile(string name, UNet network, PixelRegion region = PixelRegion.ForegroundUnion) =>
        NetworkProfile.Of(name, network, Data.Value, region, cancellation: TestContext.Current.CancellationToken);
}
