using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>Prints the scores of a run: means over test cases with intervals whose unit is the patient.</summary>
internal static class RunSummary
{
    private static readonly string[] Keys = ["dsc", "hd95", "ece", "cece", "ece/all", "nll", "brier"];

    public static void Print(RunResults run, TextWriter output)
    {
        var record = run.Record;
        output.WriteLine(run.Epochs.Count == 0 ? $"{record.Configuration.Name}: trained elsewhere" : string.Create(CultureInfo.InvariantCulture,
            $"{record.Configuration.Name}: best epoch {record.BestEpoch + 1} of {record.Configuration.Epochs}, validation IoU {record.BestMeanIoU:0.000}, "
            + $"trained in {record.TrainingSeconds:0} s on {record.Device}"));
        foreach (var protocol in run.Cases.Select(row => row.Protocol).Distinct())
        {
            output.WriteLine($"{EvaluationProtocol.Named(protocol).Describe()}");
            var rows = run.CasesOf(protocol);
            foreach (var key in Keys.Where(rows[0].Values.ContainsKey))
                output.WriteLine($"  {key,-8} {ScoreSummary.Mean(rows.Select(row => row.Score(key)).ToList(), key)}");
        }
    }
}
