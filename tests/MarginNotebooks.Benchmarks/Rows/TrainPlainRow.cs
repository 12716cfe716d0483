using MarginNotebooks.Benchmarks.Alternatives;
using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>The kit's training step against the loop that one writes with TorchSharp.</summary>
internal sealed class TrainPlainRow : Row
{
    public override string Id => "train-cpu-plain";

    public override string Title => "Training step, CPU, against a plain TorchSharp loop";

    public override string Measures =>
        "One step of the 32-filter U-Net on 4×1×192×192 with Adam and MbLS, inside the kit's trainer (making the batch included), in "
        + "turn with a step of a "
        + "plain loop (float32, contiguous, TorchSharp's Adam, batch at hand). The figure is the median of plain over kit.";

    public override Requirement Required => Requirement.AtLeast(2);

    public override Outcome Run(RowContext context)
    {
        var step = PaperStep.Of(context);
        using var plain = new PlainTrainingLoop(Phantoms.Slices(step.Batch, step.Size), step.Batch, step.Filters);
        var (kit, other) = step.Against("plain TorchSharp, float32, contiguous", () => Contestant.Milliseconds(plain.Step));
        return new Outcome(SampleStatistics.MedianRatio(other.Values, kit.Values), kit, other) { Precision = KitTraining.Precision(KitTraining.Options) };
    }
}
