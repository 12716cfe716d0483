using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Distributions of logit distances and probabilities over the pixels of a few stored test slices.</summary>
/// <remarks>A run stores confidence bins of every test volume, but logits of these slices only: what is drawn here is of them, and says so.</remarks>
public sealed class SampleDistributions
{
    /// <summary>Number of bins of the greatest probability: finer than the stored ones.</summary>
    public const int Bins = 30;

    private readonly SampleSlices _slices;
    private readonly PixelRegion _region;

    internal SampleDistributions(SampleSlices slices, PixelRegion region) => (_slices, _region) = (slices, region);

    /// <summary>Logit distances <c>max_j l_j − l_k</c>: a panel for each method.</summary>
    /// <param name="margin">The margin to mark, a multiple of 0.5; null for none.</param>
    /// <returns>The figure.</returns>
    public Figure LogitDistances(double? margin = null) => LogitDistanceChart.Draw(
        [.. _slices.Chosen().Select(run => (run.Name, Distances(run)))], margin, subtitle: Caption);

    /// <summary>What the logit distances come to: a row for each method.</summary>
    /// <param name="margins">Margins m, multiples of 0.5.</param>
    /// <returns>
    /// The table: the mean over the pixels of the largest distance, <c>max_j l_j − min_k l_k</c>, and the share of the distances of the classes
    /// that are not the true one above each margin.
    /// </returns>
    public Table DistanceShares(params double[] margins)
    {
        string[] columns = [.. margins.Select(margin => string.Create(CultureInfo.InvariantCulture, $"above {margin:0.##}"))];
        return Table.FromRows(
            ["Method", "Mean largest distance", .. columns],
            _slices.Chosen().Select(run =>
            {
                var distances = Distances(run);
                return (IReadOnlyList<object?>)[run.Name, MeanLargest(run), .. margins.Select(margin => (object?)distances.ShareAbove(margin))];
            })).RowHeader("Method").Decimals(2, "Mean largest distance").Percent(columns).Decimals(1, columns)
            .WithCaption($"Shares are of the distances of the classes that are not the true one. {Caption}");
    }

    /// <summary>The distribution of the greatest probability: a panel for each method.</summary>
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis.</param>
    /// <returns>The figure.</returns>
    public Figure Confidence(bool logScale = false) => ConfidenceHistogram.Draw(
        [.. _slices.Chosen().Select(run => (run.Name, Greatest(run)))], "Distribution of the greatest probability", Caption, logScale);

    /// <summary>The greatest probability of right and of wrong pixels: a panel for each method.</summary>
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis.</param>
    /// <returns>The figure.</returns>
    public Figure Outcomes(bool logScale = false) => ConfidenceByOutcome.Draw(
        [.. _slices.Chosen().Select(run => (run.Name, Greatest(run)))], "Greatest probability where right and where wrong", Caption, logScale);

    /// <summary>A reliability diagram for each class: a row for each method.</summary>
    /// <param name="methods">Keys of the methods, for example <c>ce</c>; null for all.</param>
    /// <returns>The figure.</returns>
    public Figure PerClass(IReadOnlyList<string>? methods = null) => ClassReliability.Draw(
        _slices.ClassNames, [.. _slices.Chosen(methods).Select(run => (run.Name, Sums(run, CalibrationRules.Sound).PerClass))], subtitle: Caption);

    private string Caption => _slices.Caption(_region);

    private LogitDistanceHistogram Distances(SampleSlices.Kept run)
    {
        var distances = new LogitDistanceHistogram();
        ForEach(run, (logits, labels) => distances.Add(logits, labels, _region));
        return distances;
    }

    private BinSums Greatest(SampleSlices.Kept run) =>
        Sums(run, CalibrationRules.Sound with { Binning = new ConfidenceBinning(Bins, CalibrationRules.Sound.Binning.Rule) }).TopLabel;

    private CalibrationAccumulator Sums(SampleSlices.Kept run, CalibrationRules rules)
    {
        var sums = new CalibrationAccumulator(_slices.ClassNames.Count, rules, _region);
        ForEach(run, sums.Add);
        return sums;
    }

    private double MeanLargest(SampleSlices.Kept run)
    {
        var (sum, count) = (0.0, 0L);
        ForEach(run, (logits, labels) =>
        {
            var (largest, winner) = logits.max(1);
            var counted = labels != 255;
            if (_region == PixelRegion.Foreground)
                counted = counted.logical_and(labels != 0);
            else if (_region == PixelRegion.ForegroundUnion)
                counted = counted.logical_and((labels != 0).logical_or(winner != 0));
            var distances = (largest - logits.amin([1])).masked_select(counted);
            sum += distances.to(ScalarType.Float64).sum().item<double>();
            count += distances.numel();
        });
        return count == 0 ? double.NaN : sum / count;
    }

    private static void ForEach(SampleSlices.Kept run, Action<Tensor, Tensor> add)
    {
        foreach (var slice in run.Slices)
        {
            using var scope = NewDisposeScope();
            add(tensor(slice.Logits, [1, slice.Classes, slice.Height, slice.Width]), tensor(slice.Labels, [1, slice.Height, slice.Width]));
        }
    }
}
