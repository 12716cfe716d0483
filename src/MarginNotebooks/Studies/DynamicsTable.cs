using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>The numbers behind the training dynamics: first, kept and last epoch of each run.</summary>
/// <remarks>See <see cref="ValidationScores"/> for the scores and their pixels, <see cref="TrainingDynamics"/> for the epochs between.</remarks>
public static class DynamicsTable
{
    /// <summary>Three rows a run, fewer where epochs fall together; a run whose log has no such scores is named in the caption.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentException">There is no run whose log has the scores.</exception>
    public static Table Of(IReadOnlyList<RunResults> runs)
    {
        var (scored, without) = Split(runs);
        return Table.FromRows(
            ["Method", "Epoch", "Which", "DSC", "ECE", "NLL", "Logit distance"],
            scored.SelectMany(run => Epochs(run).Select(row => (IReadOnlyList<object?>)
            [
                RunCharts.NameOf(run, scored), row.Epoch.Epoch + 1.0, row.Which, row.Epoch.Validation?.Dice, row.Epoch.Validation?.Ece,
                row.Epoch.Validation?.Nll, row.Epoch.Validation?.LogitDistance,
            ]))).RowHeader("Method").Decimals(0, "Epoch").Decimals(3, "DSC", "NLL").Decimals(4, "ECE").Decimals(2, "Logit distance")
            .WithCaption(Caption(scored, without));
    }

    /// <summary>Runs whose logs have the scores, and the names of those from before they were kept.</summary>
    internal static (IReadOnlyList<RunResults> Scored, IReadOnlyList<string> Without) Split(IReadOnlyList<RunResults> runs)
    {
        var scored = runs.Where(run => run.Epochs.Any(epoch => epoch.Validation is not null)).ToList();
        return scored.Count > 0
            ? (scored, [.. runs.Except(scored).Select(run => RunCharts.NameOf(run, runs))])
            : throw new ArgumentException(
                runs.Count == 0
                    ? "Training dynamics need at least one run."
                    : $"No epoch log of the {runs.Count} runs has validation scores beyond mean IoU: they are from before these were kept. Train them again.",
                nameof(runs));
    }

    /// <summary>Which slices the scores are of, and what is not shown.</summary>
    internal static string Caption(IReadOnlyList<RunResults> scored, IReadOnlyList<string> without)
    {
        var record = scored[0].Record;
        return string.Create(CultureInfo.InvariantCulture, $"{record.Configuration.Dataset}, {record.DataCounts[1]} validation slices; ")
            + "ECE, NLL and logit distance of the pixels whose true label is not background"
            + (without.Count == 0 ? "" : $"; not shown, as their logs hold no such scores: {string.Join(", ", without)}");
    }

    private static IEnumerable<(EpochRecord Epoch, string Which)> Epochs(RunResults run)
    {
        var last = run.Epochs[^1].Epoch;
        (int Epoch, string Which)[] all = [(run.Epochs[0].Epoch, "first"), (run.Record.BestEpoch, "kept"), (last, "last")];
        return all.GroupBy(one => one.Epoch).OrderBy(group => group.Key)
            .Select(group => (run.Epochs.First(epoch => epoch.Epoch == group.Key), string.Join(" and ", group.Select(one => one.Which))));
    }
}
