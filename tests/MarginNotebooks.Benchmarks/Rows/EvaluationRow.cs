using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Data;
using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>What the measures cost when a volume is evaluated.</summary>
/// <param name="filters">Width of the network.</param>
/// <param name="size">Rows and columns of the volume.</param>
/// <param name="depth">Slices of the volume.</param>
/// <param name="name">Which network it is.</param>
internal sealed class EvaluationRow(int filters, int size, int depth, string name) : Row
{
    public override string Id => $"evaluation-{name}";

    public override string Title => $"Evaluating a test volume, share of the measures, {name} network";

    public override string Measures =>
        $"Evaluation of a phantom volume of {depth}×{size}×{size} voxels as 'margin evaluate' does it, every measure under both "
        + $"protocols, with the {filters}-filter network: the part "
        + "of the time that is not spent in the network's forward pass. The logits scored are those of a network that is right but for "
        + "borders.";

    public override string FigureUnit => "%";

    public override Requirement Required => Requirement.AtMost(10);

    public override string WhenShort =>
        "A network this small needs about a millisecond for a slice. Beside it stand overlap, exact surface distances of every structure and the "
        + "calibration of three regions, all of it twice, once for each protocol. Tried: all regions and protocols in one pass over the logits, "
        + "distances within each structure's box only, libtorch's own threads.";

    public override Outcome Run(RowContext context)
    {
        var side = context.Size(size, 32);
        var volume = Phantoms.Cases(1, side, context.Size(depth, 2))[0];
        using var answers = Plausible(volume);
        using var inner = new UNet(1, 4, context.Size(filters, 4));
        using var network = new TimedNetwork(inner, answers);
        var forward = new List<double>();
        double Once()
        {
            network.Milliseconds = 0;
            var all = Contestant.Milliseconds(() => Evaluation.Run(network, DatasetCatalog.Phantom, [volume], EvaluationProtocol.Presets, CPU));
            forward.Add(network.Milliseconds);
            return all - network.Milliseconds;
        }
        // Enough for the runtime to have compiled everything at its best, also where a volume takes only milliseconds.
        var warmUps = context.Size(depth * size * size > 100_000 ? 4 : 40, 1);
        var measures = InTurn.Run(context.Size(9, 1), warmUps, new Contestant("measures and making batches", Once))[0];
        var passes = new Sample("forward pass", "ms", forward[warmUps..]);
        return new Outcome(
            100 * SampleStatistics.MedianRatio(measures.Values, [.. measures.Values.Zip(passes.Values, (m, f) => m + f)]), measures, passes)
        {
            Facts = new Dictionary<string, string> { ["voxels"] = $"{volume.Labels.Length}" },
        };
    }

    // Logits that favour the true class, softened at its borders, with noise.
    private static Tensor Plausible(SegmentationCase volume)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var labels = tensor(volume.Labels, [volume.Depth, volume.Height, volume.Width]).to(ScalarType.Int64);
        var classes = nn.functional.one_hot(labels, 4).permute(0, 3, 1, 2).to(ScalarType.Float32);
        var soft = nn.functional.avg_pool2d(classes, kernel_size: 5, stride: 1, padding: 2);
        return (soft * 12 + randn(soft.shape, generator: generator)).ToLayout(MemoryLayout.ChannelsLast).MoveToOuterDisposeScope();
    }
}
