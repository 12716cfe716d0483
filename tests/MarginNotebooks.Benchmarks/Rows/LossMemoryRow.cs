using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Each loss against a transcription of its formula: peak memory.</summary>
internal sealed class LossMemoryRow : Row
{
    private const double Megabyte = 1e6;

    public override string Id => "losses-memory";

    public override string Title => "Losses against transcriptions of their formulas, peak memory (the loss with the least gain)";

    public override string Measures =>
        "By how much resident memory rises during a forward and backward pass on 16×4×192×192 logits (9.4 MB), for each loss and its "
        + "transcription, freed blocks going "
        + "back to the system at once. The figure is the smallest ratio of medians, transcription over kit.";

    public override Requirement Required => Requirement.AtLeast(1);

    public override IReadOnlyDictionary<string, string> Environment => PeakMemory.Environment;

    public override Outcome Run(RowContext context)
    {
        using var batch = new LossBatch(context.Size(16, 2), context.Size(192, 64));
        var pairs = LossPair.All(context, out var missing);
        var fault = LossPair.Fault(pairs, batch, missing);
        var samples = new List<Sample>();
        foreach (var pair in pairs)
        {
            samples.Add(Grown(context, $"{pair.Method.DisplayName}, kit", () => batch.Kit(pair.Loss)));
            samples.Add(Grown(context, $"{pair.Method.DisplayName}, transcription", () => batch.Transcribed(pair.Formula)));
        }
        // A block smaller than a page more or less is no difference.
        var gains = pairs.Select((_, i) => Math.Round(samples[2 * i + 1].Median / samples[2 * i].Median, 2)).ToArray();
        var worst = Array.IndexOf(gains, gains.Min());
        return new Outcome(gains[worst], samples[2 * worst], samples[2 * worst + 1])
        {
            Details = samples,
            Facts = new Dictionary<string, string>(pairs.Zip(gains).Select(pair => KeyValuePair.Create(pair.First.Method.DisplayName, $"{ReadmeTable.Number(pair.Second)} ×")))
            {
                ["size of the logits, MB"] = ReadmeTable.Number(batch.LogitBytes / Megabyte),
            },
            Fault = fault,
        };
    }

    private static Sample Grown(RowContext context, string name, Func<double> pass)
    {
        pass();
        return new Sample(name, "MB", [.. Enumerable.Range(0, context.Size(3, 1)).Select(_ => PeakMemory.Growth(() => pass()) / Megabyte)]);
    }
}
