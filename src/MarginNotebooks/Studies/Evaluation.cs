using MarginNotebooks.Data;
using MarginNotebooks.Metrics;
using MarginNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Scores of a network on test volumes, under every protocol at once: each volume passes through the network once.</summary>
/// <param name="Cases">One row a case and protocol.</param>
/// <param name="Reliability">Confidence bins of each case and region.</param>
public sealed record Evaluation(IReadOnlyList<CaseRow> Cases, IReadOnlyList<ReliabilityRow> Reliability)
{
    /// <summary>Evaluates a network on the test part of a data set.</summary>
    /// <param name="network">Gives logits <c>(B, K, H, W)</c> for images <c>(B, C, H, W)</c>.</param>
    /// <param name="data">The data.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellation">Stops between volumes.</param>
    /// <returns>The scores.</returns>
    public static Evaluation Run(nn.Module<Tensor, Tensor> network, StudyData data, Device device, CancellationToken cancellation = default) =>
        Run(network, data.Info, data.Test, EvaluationProtocol.Presets, device, cancellation);

    /// <summary>Evaluates a network on volumes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="info">Classes and size of slices.</param>
    /// <param name="volumes">Volumes with normalised intensities.</param>
    /// <param name="protocols">Protocols to score under.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellation">Stops between volumes.</param>
    /// <returns>The scores.</returns>
    public static Evaluation Run(
        nn.Module<Tensor, Tensor> network, DatasetInfo info, IReadOnlyList<SegmentationCase> volumes,
        IReadOnlyList<EvaluationProtocol> protocols, Device device, CancellationToken cancellation = default)
    {
        // The layout of the weights decides last digits: scores shall not depend on whether the network was just trained or loaded.
        network.to(device);
        MemoryLayouts.Arrange(network, MemoryLayout.Auto.For(device));
        var predictor = new Predictor(network, device);
        var evaluators = protocols.Select(protocol => new VolumeEvaluator(protocol, info.ClassCount, info.Structures)).ToList();
        var cases = new List<CaseRow>();
        var reliability = new List<ReliabilityRow>();
        foreach (var volume in volumes)
        {
            cancellation.ThrowIfCancellationRequested();
            var window = EvaluationWindow.Of(volume, info);
            predictor.ForEachBatch(new SliceBatcher(SliceSet.FromCases([volume], window.Height, window.Width)), (_, logits, labels) =>
            {
                foreach (var alike in evaluators.GroupBy(evaluator => evaluator.Protocol.IgnoreIndex))
                    VolumeEvaluator.Add([.. alike], window.Crop(logits), window.Crop(labels));
            });
            foreach (var evaluator in evaluators)
            {
                var scores = evaluator.Complete(volume.Id, volume.PatientId, volume.Spacing);
                cases.Add(new CaseRow(scores.Protocol, scores.CaseId, scores.PatientId, scores.Values));
                if (evaluator.Protocol.Name == EvaluationProtocol.Sound.Name)
                    reliability.AddRange(scores.Calibration.Select(part =>
                        new ReliabilityRow(part.Region.Key(), volume.Id, volume.PatientId, part.TopLabel)));
            }
        }
        return new Evaluation(cases, reliability);
    }
}

/// <summary>The size a volume's slices have in the network, and the part of it that is the volume's own and is scored.</summary>
internal readonly record struct EvaluationWindow(int Height, int Width, int Rows, int Columns)
{
    public static EvaluationWindow Of(SegmentationCase volume, DatasetInfo info)
    {
        var (height, width) = info.Fit.SizeFor([volume]);
        return new EvaluationWindow(height, width, Math.Min(height, volume.Height), Math.Min(width, volume.Width));
    }

    /// <summary>Takes padding away: it is easy background that no one annotated.</summary>
    /// <param name="slices">Logits <c>(B, K, H, W)</c> or labels <c>(B, H, W)</c>.</param>
    /// <returns>A view of the volume's own rows and columns.</returns>
    public Tensor Crop(Tensor slices) => slices
        .narrow(-2, (Height - Rows) / 2, Rows)
        .narrow(-1, (Width - Columns) / 2, Columns);
}
