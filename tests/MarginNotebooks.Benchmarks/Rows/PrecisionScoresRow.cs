using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>What mixed precision changes in the results of training, from the stored runs of the study 'precision'.</summary>
/// <param name="dataset">Key of the data set.</param>
/// <param name="score">Column of the scores.</param>
/// <param name="name">Name of the score.</param>
internal sealed class PrecisionScoresRow(string dataset, string score, string name) : Row
{
    public override string Id => $"precision-{dataset}-{score}";

    public override string Title => $"Mixed precision, change of the mean {name}, {dataset}";

    public override string Measures =>
        $"Mean {name} of the test volumes under the protocol 'sound', of networks trained in mixed precision and of the same networks trained in float32; "
        + "seeds 1 to 3. Nothing is trained: the runs are stored in notebooks/results. The figure is the difference of the two means over "
        + "seeds, without its sign.";

    public override string FigureUnit => name;

    public override Requirement Required => Requirement.AtMost(0.005);

    public override Outcome Run(RowContext context)
    {
        var runs = NamedStudies.Precision().Runs.Where(run => run.Dataset == dataset).ToList();
        var store = new RunStore(Workspace.Find().Results);
        if (runs.FirstOrDefault(run => !store.Contains(run)) is { } missing)
            throw new NotAvailableException(
                $"A run is missing in notebooks/results. Train it with '{missing.Command} --results notebooks/results'.");
        var (mixed, plain) = (Means(store, runs, Precision.BFloat16), Means(store, runs, Precision.Float32));
        return new Outcome(
            Math.Abs(mixed.Values.Average() - plain.Values.Average()), mixed, plain)
        {
            Precision = "bfloat16 with float32 master weights",
            Facts = new Dictionary<string, string>
            {
                ["difference of the means, mixed minus float32"] = $"{mixed.Values.Average() - plain.Values.Average():F5}",
                ["largest difference between two float32 seeds"] = $"{plain.Max - plain.Min:F5}",
                ["runs"] = string.Join("; ", runs.Select(run => run.Command)),
            },
        };
    }

    private Sample Means(RunStore store, IEnumerable<RunConfiguration> runs, Precision precision) => new(
        precision == Precision.BFloat16 ? "mixed" : "float32",
        name,
        [.. runs.Where(run => run.Precision == precision).Select(run =>
            store.Load(run).CasesOf(EvaluationProtocol.Sound.Name).Select(row => row.Score(score).Value).Where(double.IsFinite).Average())]);
}
