using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Each loss against a transcription of its formula: time.</summary>
internal sealed class LossSpeedRow : Row
{
    public override string Id => "losses-speed";

    public override string Title => "Losses against transcriptions of their formulas, time (the loss with the least gain)";

    public override string Measures =>
        "Forward and backward pass of each loss of the catalogue and of its direct transcription into TorchSharp operations on "
        + "16×4×64×64 logits (channels-last), by "
        + "BenchmarkDotNet, side by side. The figure is the smallest ratio of medians, transcription over kit; both must give the same "
        + "value.";

    public override Requirement Required => Requirement.AtLeast(1);

    public override Outcome Run(RowContext context)
    {
        using var batch = new LossBatch(16, 64);
        var pairs = LossPair.All(context, out var missing);
        var samples = SmallPieces.Time(context, [.. pairs.SelectMany(pair => new[]
        {
            new SmallPiece($"{pair.Method.DisplayName}, kit", () => batch.Kit(pair.Loss)),
            new SmallPiece($"{pair.Method.DisplayName}, transcription", () => batch.Transcribed(pair.Formula)),
        })]);
        var gains = pairs.Select((_, i) => samples[2 * i + 1].Median / samples[2 * i].Median).ToArray();
        var worst = Array.IndexOf(gains, gains.Min());
        return new Outcome(gains[worst], samples[2 * worst], samples[2 * worst + 1])
        {
            Details = samples,
            Facts = pairs.Zip(gains).ToDictionary(pair => pair.First.Method.DisplayName, pair => $"{ReadmeTable.Number(pair.Second)} ×"),
            Fault = LossPair.Fault(pairs, batch, missing),
        };
    }
}
