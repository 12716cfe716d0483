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
        $"Mean {name} of the test volumes under the protocol 'sound', of networks trained in mixed precision and of the same networks trained in float32, "
        + "each with the same seeds. Nothing is trained: the runs are stored in notebooks/results. The figure is the difference of the two "
        + "means over seeds, without its sign; beside it stands its standard error over seeds.";

    public override string WhenShort =>
        "Rounding sends a training down another path, as another seed does: the difference is to be read beside its standard error over "
        + "seeds (in the stored file). More seeds or a longer training would make it smaller or show that it is real.";

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
                ["seeds"] = $"{plain.Repetitions}",
                ["standard error of the difference, pairs of the same seed"] = $"{StandardError(mixed.Values, plain.Values):F5}",
                ["difference of the means, mixed minus float32"] = $"{mixed.Values.Average() - plain.Values.Average():F5}",
                ["largest difference between two float32 seeds"] = $"{plain.Max - plain.Min:F5}",
                ["runs"] = string.Join("; ", runs.Select(run => run.Command)),
            },
        };
    }

    private static double StandardError(IReadOnlyList<double> mixed, IReadOnlyList<double> plain)
    {
        var differences = mixed.Zip(plain, (a, b) => a - b).ToList();
        var mean = differences.Average();
        return Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (differences.Count - 1) / differences.Count);
    }

    private Sample Means(RunStore store, IEnumerable<RunConfiguration> runs, Precision precision) => new(
        precision == Precision.BFloat16 ? "mixed" : "float32",
        name,
        [.. runs.Where(run => run.Precision == precision).Select(run =>
            store.Load(run).CasesOf(EvaluationProtocol.Sound.Name).Select(row => row.Score(score).Value).Where(double.IsFinite).Average())]);
}
