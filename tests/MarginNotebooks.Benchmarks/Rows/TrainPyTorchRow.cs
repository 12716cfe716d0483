using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>The kit's training step against PyTorch itself, same network, same machine, same number of threads.</summary>
/// <param name="variant">Variant of <c>python/train_step.py</c>: <c>fp32</c> or <c>bf16</c>.</param>
/// <param name="name">What the variant is, in words.</param>
internal sealed class TrainPyTorchRow(string variant, string name) : Row
{
    public override string Id => $"train-cpu-pytorch-{variant}";

    public override string Title => $"Training step, CPU, against PyTorch, {name}";

    public override string Measures =>
        $"The same step in turn with one of the same network, loss and optimiser in PyTorch ({name}; python/train_step.py, Debian's "
        + "python3-torch unless MARGIN_PYTHON "
        + "names another). The figure is the median of PyTorch over kit.";

    public override Outcome Run(RowContext context)
    {
        var step = PaperStep.Of(context);
        using var python = Python.Start(
            context, "train_step.py", "python3-torch", "--device", "cpu", "--filters", $"{step.Filters}", "--batch", $"{step.Batch}", "--size", $"{step.Size}");
        var threads = python.Hello.GetProperty("threads").GetInt32();
        var (kit, other) = step.Against(
            $"PyTorch {python.Versions["PyTorch"]}, {name}, {threads} threads", () => python.Milliseconds(new { variant }));
        return new Outcome(SampleStatistics.MedianRatio(other.Values, kit.Values), kit, other)
        {
            Precision = KitTraining.Precision(KitTraining.Options),
            Versions = python.Versions,
            Facts = new Dictionary<string, string> { ["threads of the kit"] = $"{context.Threads}", ["threads of PyTorch"] = $"{threads}" },
        };
    }
}
