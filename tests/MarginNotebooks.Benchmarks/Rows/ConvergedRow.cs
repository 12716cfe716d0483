using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Data;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Whether training slows down as it converges, as it does where denormal numbers are computed with.</summary>
internal sealed class ConvergedRow : Row
{
    private const string Flushed = "flushed";
    private const string Kept = "kept";

    // Epochs that stand for the beginning and for the end.
    private const int Ends = 5;

    public override string Id => "converged";

    public override string Title => "Last epochs of a converged training, against its first";

    public override string Measures =>
        "The 8-filter U-Net learns 16 phantom slices by heart with CE, until the loss is next to nothing: median time of the last five "
        + "epochs over that of the first five (the very first left "
        + "out). Beside it, the same with denormal numbers computed instead of flushed, in a process of its own.";

    public override Requirement Required => Requirement.AtMost(1.1);

    public override Outcome Run(RowContext context)
    {
        var kit = context.Part(this, Flushed);
        var without = context.Part(this, Kept);
        return new Outcome(Slowing(kit), Last("kit, denormals flushed", kit), Last("denormals not flushed", without))
        {
            Details = [new Sample("epochs, denormals flushed", "ms", kit["ms"]), new Sample("epochs, denormals not flushed", "ms", without["ms"])],
            Facts = new Dictionary<string, string>
            {
                ["last over first, denormals not flushed"] = ReadmeTable.Number(Slowing(without)),
                ["training loss of the first and last epoch"] = $"{kit["loss"][0]:G3}, {kit["loss"][^1]:G3}",
                ["epochs"] = $"{kit["ms"].Length}",
            },
        };
    }

    public override Dictionary<string, double[]> RunPart(string part, RowContext context)
    {
        if (part == Kept)
            KeepDenormals();
        var slices = Phantoms.Slices(2 * Phantoms.Depth, context.Size(64, 32));
        var epochs = context.Size(300, 2 * Ends + 1);
        using var network = new UNet(1, 4, context.Size(8, 2));
        using var folder = new TemporaryFolder();
        var options = new TrainingOptions { Epochs = epochs, BatchSize = 16, StepSize = epochs, LearningRate = 3e-3 };
        var result = new Trainer(network, new CrossEntropyLoss(), part == Kept ? new KeepingSource(slices) : slices, Phantoms.Slices(1, context.Size(64, 32)), options)
            .Run(folder.Path, resume: false);
        return new Dictionary<string, double[]>
        {
            ["ms"] = [.. result.Log.Select(epoch => epoch.Seconds * 1000)],
            ["loss"] = [.. result.Log.Select(epoch => epoch.TrainLoss)],
        };
    }

    private static double Slowing(Dictionary<string, double[]> run) =>
        SampleStatistics.Median(run["ms"][^Ends..]) / SampleStatistics.Median(run["ms"][1..(Ends + 1)]);

    private static Sample Last(string name, Dictionary<string, double[]> run) => new(name, "ms", run["ms"][^Ends..]);

    // libtorch's worker threads take the setting from the thread that starts them, at the first parallel work.
    private static void KeepDenormals()
    {
        Denormals.Keep();
        using var scope = NewDisposeScope();
        rand(2048, 2048).mm(rand(2048, 2048));
    }

    // The trainer turns flushing on for its thread; here it is turned off again before each step.
    private sealed class KeepingSource(SliceBatcher slices) : ITrainingSource
    {
        public int Count => slices.Count;

        public int[] EpochOrder(int seed, int epoch) => slices.EpochOrder(seed, epoch);

        public (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device device)
        {
            Denormals.Keep();
            return slices.Batch(indices, device);
        }
    }
}
