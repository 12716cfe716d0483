using MarginNotebooks.Benchmarks.Alternatives;
using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Calibration errors in one pass against a mask for each bin and class: time.</summary>
internal sealed class CalibrationSpeedRow : Row
{
    // Masks add float32 numbers up in another order.
    private const double Tolerance = 1e-5;

    public override string Id => "calibration-speed";

    public override string Title => "ECE, class-wise and adaptive ECE of 10 million pixels, against a mask for each bin and class";

    public override string Measures =>
        "ECE, class-wise ECE and adaptive ECE, 15 bins, of 10 million pixels × 4 classes: one pass of the kit's accumulator, in turn "
        + "with TorchSharp operations that "
        + "mask all pixels for each bin and class. Under the rules 'authors', which the masks follow too; the results must be equal. The "
        + "figure is the median ratio.";

    public override Requirement Required => Requirement.AtLeast(20);

    public override string WhenShort =>
        "The authors' adaptive bins need every confidence in its place in the order. Tried: fixed-width and class-wise bins in one pass "
        + "over tiles that stay in the cache, a sort by digits instead of by comparison, libtorch's own threads instead of .NET's. The "
        + "ratio under the kit's own rules, 'sound', is in the stored file.";

    public override Outcome Run(RowContext context)
    {
        using var pixels = new CalibrationPixels(context);
        CalibrationScores? kit = null;
        (double Ece, double Cece, double Aece) masks = default;
        var samples = InTurn.Run(
            rounds: context.Size(3, 1),
            warmUps: 1,
            Contestant.Of("kit, rules 'authors'", () => kit = pixels.Kit(CalibrationRules.Authors)),
            Contestant.Of("masks", () => masks = MaskCalibration.Of(pixels.Logits, pixels.Labels, CalibrationPixels.Bins)),
            Contestant.Of("kit, rules 'sound'", () => pixels.Kit(CalibrationRules.Sound)));
        return new Outcome(SampleStatistics.MedianRatio(samples[1].Values, samples[0].Values), samples[0], samples[1])
        {
            Details = [samples[2]],
            Facts = new Dictionary<string, string>
            {
                ["ECE, class-wise, adaptive by the kit"] = $"{kit!.Ece:R}, {kit.Cece:R}, {kit.Aece:R}",
                ["ECE, class-wise, adaptive by masks"] = $"{masks.Ece:R}, {masks.Cece:R}, {masks.Aece:R}",
                ["ratio under the rules 'sound'"] = ReadmeTable.Number(SampleStatistics.MedianRatio(samples[1].Values, samples[2].Values)),
            },
            Fault = new[] { kit.Ece - masks.Ece, kit.Cece - masks.Cece, kit.Aece - masks.Aece }.All(difference => Math.Abs(difference) <= Tolerance)
                ? null
                : $"The results differ: the kit gives {kit.Ece:R}, {kit.Cece:R}, {kit.Aece:R}, the masks {masks.Ece:R}, {masks.Cece:R}, {masks.Aece:R}.",
        };
    }
}
