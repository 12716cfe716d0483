using MarginNotebooks.Benchmarks.Alternatives;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Losses;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>A loss of the kit beside its transcription.</summary>
/// <param name="Method">The method.</param>
/// <param name="Loss">The kit's loss.</param>
/// <param name="Formula">The transcription.</param>
internal sealed record LossPair(Method Method, SegmentationLoss Loss, LossTranscriptions.Formula Formula)
{
    // Two ways of rounding float32 sums over a batch.
    private const double Tolerance = 1e-4;

    /// <summary>Every method that has a transcription; those without are named in <paramref name="missing"/>.</summary>
    public static IReadOnlyList<LossPair> All(RowContext context, out string? missing)
    {
        var methods = LossBatch.Methods(context);
        var without = methods.Where(method => LossTranscriptions.Of(method.Key) is null).Select(method => method.Key).ToList();
        // A smoke test asks whether the row runs; in earnest, the dearest loss may be the one that is missing.
        missing = without.Count == 0 || context.Quick ? null : $"No transcription of {string.Join(", ", without)}.";
        return [.. methods.Where(method => !without.Contains(method.Key))
            .Select(method => new LossPair(method, method.CreateLoss(), LossTranscriptions.Of(method.Key)!))];
    }

    /// <summary>Says when the two give different values: then they are not the same loss, and comparing their speed says nothing.</summary>
    public string? Difference(LossBatch batch)
    {
        var (kit, transcribed) = (batch.Kit(Loss), batch.Transcribed(Formula));
        return Math.Abs(kit - transcribed) <= Tolerance * Math.Max(1, Math.Abs(transcribed))
            ? null
            : $"{Method.Key}: the kit gives {kit:R}, the transcription {transcribed:R}.";
    }

    /// <summary>Everything that is wrong with a comparison; null when nothing is.</summary>
    public static string? Fault(IEnumerable<LossPair> pairs, LossBatch batch, string? missing) =>
        string.Join(" ", pairs.Select(pair => pair.Difference(batch)).Append(missing).Where(text => text is not null)) is { Length: > 0 } fault ? fault : null;
}
