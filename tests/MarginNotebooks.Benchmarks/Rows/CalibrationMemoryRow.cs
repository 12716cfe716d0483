using MarginNotebooks.Benchmarks.Alternatives;
using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Calibration errors in one pass against a mask for each bin and class: peak memory.</summary>
internal sealed class CalibrationMemoryRow : Row
{
    private const double Megabyte = 1e6;

    public override string Id => "calibration-memory";

    public override string Title => "The same, memory beyond the logits, in multiples of the logits";

    public override string Measures =>
        "By how much resident memory rises while the kit computes the three errors of the same 10 million pixels at once, as a multiple "
        + "of the logits' 160 MB; the "
        + "larger of the rules 'authors' and 'sound'. Beside it, the masks.";

    public override Requirement Required => Requirement.AtMost(1.5);

    public override IReadOnlyDictionary<string, string> Environment => PeakMemory.Environment;

    public override Outcome Run(RowContext context)
    {
        // Code is compiled on a few pixels first, so that the compiler's memory is not taken for the measure's.
        using (var few = new CalibrationPixels(context with { Quick = true }))
        {
            few.Kit(CalibrationRules.Authors);
            few.Kit(CalibrationRules.Sound);
            MaskCalibration.Of(few.Logits, few.Labels, CalibrationPixels.Bins);
        }
        using var pixels = new CalibrationPixels(context);
        static Sample Grown(string name, int times, Action action) =>
            new(name, "MB", [.. Enumerable.Range(0, times).Select(_ => PeakMemory.Growth(action) / Megabyte)]);
        var times = context.Size(3, 1);
        var authors = Grown("kit, rules 'authors'", times, () => pixels.Kit(CalibrationRules.Authors));
        var sound = Grown("kit, rules 'sound'", times, () => pixels.Kit(CalibrationRules.Sound));
        var masks = Grown("masks", 1, () => MaskCalibration.Of(pixels.Logits, pixels.Labels, CalibrationPixels.Bins));
        var larger = authors.Median >= sound.Median ? authors : sound;
        return new Outcome(larger.Median * Megabyte / pixels.LogitBytes, larger, masks)
        {
            Details = [authors, sound],
            Facts = new Dictionary<string, string> { ["size of the logits, MB"] = ReadmeTable.Number(pixels.LogitBytes / Megabyte) },
        };
    }
}
