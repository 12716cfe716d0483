using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Data;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Training or evaluation with 1×, 4× and 16× as many phantom cases, each in a fresh process.</summary>
internal static class Growth
{
    private const double Megabyte = 1e6;
    private const int Size = 64;

    /// <summary>Multiples of the cases.</summary>
    public static int[] Factors => [1, 4, 16];

    /// <summary>Cases at 1×.</summary>
    public static int Cases(RowContext context) => context.Size(6, 1);

    /// <summary>A few epochs of the 8-filter network.</summary>
    /// <returns>Milliseconds of each epoch but the first; resident megabytes at the end of each, without the slices; megabytes of the slices.</returns>
    public static Dictionary<string, double[]> Train(int cases, RowContext context)
    {
        var slices = Phantoms.Slices(cases * Phantoms.Depth, context.Size(Size, 32));
        var data = (slices.Slices.Images.LongLength * sizeof(float)) + slices.Slices.Labels.LongLength;
        Settle();
        using var network = new UNet(1, 4, context.Size(8, 2));
        using var folder = new TemporaryFolder();
        var resident = new List<double>();
        var progress = new EachEpoch(() => resident.Add(Resident(data)));
        var options = new TrainingOptions { Epochs = 4, BatchSize = 16, StepSize = 4 };
        var result = new Trainer(network, new MarginLoss(PaperStep.Margin, PaperStep.Lambda), slices, Phantoms.Slices(1, context.Size(Size, 32)), options)
            .Run(folder.Path, progress: progress, resume: false);
        return new Dictionary<string, double[]>
        {
            ["ms"] = [.. result.Log.Skip(1).Select(epoch => epoch.Seconds * 1000)],
            ["resident"] = [.. resident],
            ["data"] = [data / Megabyte],
        };
    }

    /// <summary>Evaluation of volumes that lie in memory.</summary>
    /// <returns>Milliseconds of all; resident megabytes, without the volumes, at the end; megabytes of the volumes.</returns>
    public static Dictionary<string, double[]> Evaluate(int cases, RowContext context)
    {
        var volumes = Phantoms.Cases(cases, context.Size(Size, 32));
        var data = volumes.Sum(volume => (volume.Image.LongLength * sizeof(float)) + volume.Labels.LongLength);
        using var network = new UNet(1, 4, context.Size(8, 2));
        // Code is compiled and pools are filled before anything counts.
        for (var i = 0; i < context.Size(8, 2); i++)
            Evaluation.Run(network, DatasetCatalog.Phantom, [volumes[0]], EvaluationProtocol.Presets, CPU);
        Settle();
        var milliseconds = Contestant.Milliseconds(() => Evaluation.Run(network, DatasetCatalog.Phantom, volumes, EvaluationProtocol.Presets, CPU));
        var resident = Resident(data);
        GC.KeepAlive(volumes);
        return new Dictionary<string, double[]> { ["ms"] = [milliseconds], ["resident"] = [resident], ["data"] = [data / Megabyte] };
    }

    private static double Resident(long data)
    {
        Settle();
        return (PeakMemory.Resident - data) / Megabyte;
    }

    // Garbage is not growth: it is collected before memory is read, what making the phantoms left behind included.
    private static void Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }

    private sealed class EachEpoch(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.EpochFinished)
                action();
        }
    }
}
