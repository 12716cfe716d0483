using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Data;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Training;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Whole epochs of the kit's trainer on a GPU, where a single step cannot be timed without making the device wait.</summary>
internal static class GpuEpochs
{
    /// <summary>Trains some epochs of the paper's network.</summary>
    /// <param name="options">Device and precision.</param>
    /// <param name="slices">Training slices.</param>
    /// <param name="validation">Validation slices.</param>
    /// <param name="epochs">Epochs; the first does not count.</param>
    /// <param name="filters">Width of the network.</param>
    /// <returns>Seconds of each epoch but the first.</returns>
    public static double[] Seconds(TrainingOptions options, SliceBatcher slices, SliceBatcher validation, int epochs, int filters)
    {
        using var network = new UNet(1, 4, filters);
        using var folder = new TemporaryFolder();
        var wanted = options with { Epochs = epochs, BatchSize = 4, StepFraction = 0.5 };
        var result = new Trainer(network, new MarginLoss(PaperStep.Margin, PaperStep.Lambda), slices, validation, wanted).Run(folder.Path, resume: false);
        return [.. result.Log.Skip(1).Select(epoch => epoch.Seconds)];
    }
}

/// <summary>The kit's training step on a GPU against PyTorch on the same GPU.</summary>
/// <param name="variant">Variant of <c>python/train_step.py</c>: <c>tf32</c> or <c>bf16</c>.</param>
/// <param name="name">What the variant is, in words.</param>
internal sealed class TrainGpuRow(string variant, string name) : Row
{
    public override string Id => $"train-gpu-{variant}";

    public override string Title => $"Training step, GPU, against PyTorch eager, {name}";

    public override string Measures =>
        "Epochs of 250 steps of the 32-filter U-Net on 4×1×192×192 with Adam and MbLS by the kit's trainer (batches and the look at the "
        + "loss included), against as many steps in PyTorch, eager, "
        + $"{name}, batch at hand (python/train_step.py), on the same GPU. The figure is the ratio of medians, PyTorch over kit.";

    public override Requirement Required => Requirement.AtLeast(1);

    public override Outcome Run(RowContext context)
    {
        var options = KitTraining.OnGpu(variant);
        var (steps, epochs, size, filters) = (context.Size(250, 2), context.Size(6, 2), context.Size(192, 32), context.Size(32, 4));
        using var python = Python.Start(
            context, "train_step.py", "python3-torch", "--device", "cuda", "--filters", $"{filters}", "--batch", "4", "--size", $"{size}");
        python.Milliseconds(new { variant, steps = Math.Min(steps, 20) });
        double[] Block() => [.. Enumerable.Range(0, epochs / 2).Select(_ => python.Milliseconds(new { variant, steps }))];
        // PyTorch before and after the kit: a GPU that warms up or clocks down shows in both.
        var before = Block();
        var slices = Phantoms.Slices(4 * steps, size);
        var count = (slices.Count + 3) / 4;
        var kit = GpuEpochs.Seconds(options, slices, Phantoms.Slices(1, size), epochs, filters).Select(seconds => seconds * 1000 / count);
        var ours = new Sample($"kit, {KitTraining.Description(options)}", "ms", [.. kit]);
        var theirs = new Sample($"PyTorch {python.Versions["PyTorch"]}, {name}", "ms", [.. before, .. Block()]);
        return new Outcome(theirs.Median / ours.Median, ours, theirs)
        {
            Precision = KitTraining.Precision(options),
            Versions = python.Versions,
            Facts = new Dictionary<string, string> { ["device"] = python.Hello.GetProperty("device").GetString()! },
        };
    }
}

/// <summary>How long the paper's protocol takes on a GPU.</summary>
internal sealed class TrainGpuProtocolRow : Row
{
    // Slices of ACDC as prepared: 140 training and 20 validation volumes.
    private const int Training = 1320;
    private const int Validation = 200;

    public override string Id => "train-gpu-acdc";

    public override string Title => "The paper's protocol on ACDC-sized data, 100 epochs, GPU";

    public override string Measures =>
        $"100 times the median epoch (validation included, the first left out) of the 32-filter U-Net on {Training} training and "
        + $"{Validation} validation slices of 192×192 (phantoms; speed does not depend on "
        + "what they show), batches of 4, Adam, MbLS, bfloat16.";

    public override string FigureUnit => "min";

    public override Outcome Run(RowContext context)
    {
        var options = KitTraining.OnGpu("bf16");
        var size = context.Size(192, 32);
        var seconds = GpuEpochs.Seconds(
            options, Phantoms.Slices(context.Size(Training, 8), size), Phantoms.Slices(context.Size(Validation, 8), size), context.Size(5, 2), context.Size(32, 4));
        var sample = new Sample($"an epoch, {KitTraining.Description(options)}", "s", seconds);
        return new Outcome(sample.Median * 100 / 60, sample) { Precision = KitTraining.Precision(options) };
    }
}
