using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class DatasetReliabilityTests
{
    // Accuracies by bin: case 1 (–, 0, 0.5, 1), case 2 (–, 0.5, –, 1), case 3 (–, –, –, 0.75).
    private static readonly BinSums[] Cases =
    [
        MadeUp.Bins((0, 0, 0), (4, 0.4, 0), (4, 0.6, 0.5), (4, 0.9, 1)),
        MadeUp.Bins((0, 0, 0), (2, 0.3, 0.5), (0, 0, 0), (8, 0.8, 1)),
        MadeUp.Bins((0, 0, 0), (0, 0, 0), (0, 0, 0), (4, 0.85, 0.75)),
    ];

    [Fact]
    public void CellsAreSharesOfCasesAndEmptyOnesStayEmpty()
    {
        var shares = DatasetReliability.Shares(Cases);

        Assert.Equal([double.NaN, 1 / 3.0, double.NaN, double.NaN], shares[0]); // accuracy (0, 0.25], and exactly 0
        Assert.Equal([double.NaN, 1 / 3.0, 1 / 3.0, double.NaN], shares[1]); // 0.5 lies in (0.25, 0.5]
        Assert.Equal([double.NaN, double.NaN, double.NaN, 1 / 3.0], shares[2]); // 0.75 lies in (0.5, 0.75]
        Assert.Equal([double.NaN, double.NaN, double.NaN, 2 / 3.0], shares[3]);
    }

    [Fact]
    public void AColumnAddsUpToTheShareOfCasesThatReachIt()
    {
        var map = MadeUp.Traces(DatasetReliability.Draw([("CE", Cases)]), "cases").Single();
        double[][] rows = [.. map.GetProperty("z").EnumerateArray().Select(MadeUp.Numbers)];

        Assert.Equal([0, 2 / 3.0, 1 / 3.0, 1], Enumerable.Range(0, 4).Select(b => rows.Sum(row => double.IsNaN(row[b]) ? 0 : row[b])), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void TheLineIsTheMeanOfTheCasesThatHaveTheBin()
    {
        var line = MadeUp.Traces(DatasetReliability.Draw([("CE", Cases)]), "mean of the cases").Single();

        Assert.Equal([double.NaN, 0.25, 0.5, 2.75 / 3], MadeUp.Numbers(line.GetProperty("y")), Close);
        Assert.Equal([double.NaN, 0.35, 0.6, 0.85], MadeUp.Numbers(line.GetProperty("x")), Close);
    }

    [Fact]
    public void EdgesOfAccuracyBinsAreExact()
    {
        // 1/3, 2/3 and their like must not fall across an edge by rounding.
        foreach (var bins in new[] { 3, 15 })
        {
            for (var right = 1; right <= bins; right++)
            {
                var sums = new BinSums(bins);
                (sums.Count[0], sums.Correct[0]) = (bins * 1000, right * 1000);
                Assert.Equal(1, DatasetReliability.Shares([sums])[right - 1][0]);
            }
        }
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("'CE' has no pixel in any bin of its 1 cases", Assert.Throws<ArgumentException>(
            () => DatasetReliability.Draw([("CE", [new BinSums(4)])])).Message);
        Assert.Contains("different numbers of bins: 4, 2", Assert.Throws<ArgumentException>(
            () => DatasetReliability.Draw([("CE", [MadeUp.FourBins(), MadeUp.Bins((1, 0.2, 0), (1, 0.8, 1))])])).Message);
        Assert.Throws<ArgumentException>(() => DatasetReliability.Draw([]));
    }

    private static bool Close(double a, double b) => a.Equals(b) || Math.Abs(a - b) < 1e-12;
}
