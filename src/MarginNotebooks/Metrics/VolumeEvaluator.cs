using MarginNotebooks.Data;
using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>Scores a volume whose slices arrive in batches: overlap and distances of the whole volume, calibration from streamed
/// sums.</summary>
/// <remarks>Between volumes it keeps nothing; within one, a byte each for the predicted and the true class of a voxel.</remarks>
/// <example><code>
/// var evaluator = new VolumeEvaluator(EvaluationProtocol.Sound, classes: 4);
/// foreach (var (images, labels) in slicesOfOneVolume)   // (B, C, H, W), (B, H, W), in order
///     evaluator.Add(network.forward(images), labels);
/// CaseScores scores = evaluator.Complete("patient001_ED", "patient001", spacing);
/// </code></example>
public sealed class VolumeEvaluator
{
    private readonly IReadOnlyList<Structure> _structures;
    private readonly List<byte> _predicted = [];
    private readonly List<byte> _reference = [];
    private CalibrationAccumulator[] _regions;
    private (int Height, int Width)? _slice;

    /// <summary>An evaluator, ready for the first volume.</summary>
    /// <param name="protocol">The choices behind the scores.</param>
    /// <param name="classes">Number of classes, background included.</param>
    /// <param name="structures">What is scored as one mask; null for every class but the background.</param>
    public VolumeEvaluator(EvaluationProtocol protocol, int classes, IReadOnlyList<Structure>? structures = null)
    {
        if (protocol.Regions.Count == 0)
            throw new ArgumentException($"Protocol '{protocol.Name}' names no pixel region.", nameof(protocol));
        Protocol = protocol;
        Classes = classes;
        _structures = structures ?? Structure.Foreground(classes);
        foreach (var structure in _structures)
            if (structure.Labels.Any(label => label < 0 || label >= classes))
                throw new ArgumentException(
                    $"Structure '{structure.Name}' uses the labels {string.Join(", ", structure.Labels)}, outside 0…{classes - 1}.",
                    nameof(structures));
        _regions = NewRegions();
    }

    /// <summary>The choices behind the scores.</summary>
    public EvaluationProtocol Protocol { get; }

    /// <summary>Number of classes, background included.</summary>
    public int Classes { get; }

    /// <summary>Number of slices of the open volume so far.</summary>
    public int Slices => _slice is var (height, width) ? _predicted.Count / (height * width) : 0;

    /// <summary>Adds the next slices of the open volume.</summary>
    /// <param name="logits">Network output, <c>(B, C, H, W)</c>, or <c>(1, C, D, H, W)</c> from a 3-D network; any floating type, device,
    /// strides.</param>
    /// <param name="labels">True classes, <c>(B, H, W)</c> or <c>(1, D, H, W)</c>, any integer type.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or differ from the volume's earlier slices; a label is out of
    /// range.</exception>
    /// <exception cref="InvalidOperationException">A pixel's logits are not finite.</exception>
    public void Add(Tensor logits, Tensor labels)
    {
        Add([this], logits, labels);
    }

    /// <summary>Adds slices to several evaluators, whose protocols ignore the same label: the pixels are scored once.</summary>
    /// <inheritdoc cref="Add(Tensor, Tensor)"/>
    internal static void Add(IReadOnlyList<VolumeEvaluator> evaluators, Tensor logits, Tensor labels)
    {
        var axes = labels.dim();
        if (axes is not (3 or 4) || (axes == 4 && labels.shape[0] != 1))
            throw new ArgumentException(
                $"Labels ({string.Join(", ", labels.shape)}) are neither slices (B, H, W) nor one volume (1, D, H, W).");
        var slice = ((int)labels.shape[^2], (int)labels.shape[^1]);
        foreach (var evaluator in evaluators)
            if (evaluator._slice is { } earlier && earlier != slice)
                throw new ArgumentException(
                    $"These slices are {slice}, the volume's earlier ones {earlier}: complete one volume before the next.");
        using var scope = NewDisposeScope();
        var batch = new PixelBatch(logits, labels, evaluators[0].Classes, evaluators[0].Protocol.IgnoreIndex);
        var (predicted, reference) = (new byte[batch.Pixels], new byte[batch.Pixels]);
        CalibrationAccumulator.AddTo([.. evaluators.SelectMany(evaluator => evaluator._regions)], batch, predicted);
        batch.CopyLabels(reference);
        foreach (var evaluator in evaluators)
        {
            evaluator._slice = slice;
            evaluator._predicted.AddRange(predicted);
            evaluator._reference.AddRange(reference);
        }
    }

    /// <summary>Ends the open volume and scores it; the evaluator is then ready for the next one.</summary>
    /// <param name="caseId">Name of the case.</param>
    /// <param name="patientId">The patient it belongs to.</param>
    /// <param name="spacing">Voxel spacing; <see cref="VoxelSpacing.Unit"/> when unknown.</param>
    /// <returns>The scores.</returns>
    /// <exception cref="InvalidOperationException">No slice was added.</exception>
    public CaseScores Complete(string caseId, string patientId, VoxelSpacing spacing)
    {
        if (_slice is not var (height, width) || _predicted.Count == 0)
            throw new InvalidOperationException($"Case '{caseId}' has no slices: add them before completing it.");
        var shape = (_predicted.Count / (height * width), height, width);
        var predicted = _predicted.ToArray();
        var structures = ScoreStructures(predicted, _reference.ToArray(), shape, spacing);
        var calibration = _regions.Select(r => new RegionCalibration(r.Region, r.Scores(), r.TopLabel, r.PerClass)).ToArray();
        Reset();
        return new CaseScores
        {
            CaseId = caseId,
            PatientId = patientId,
            Protocol = Protocol.Name,
            Structures = structures,
            Calibration = calibration,
            Predicted = predicted,
            Shape = shape,
            Values = CaseValues.Of(Protocol, structures, calibration),
        };
    }

    /// <summary>Forgets the open volume.</summary>
    public void Reset()
    {
        _predicted.Clear();
        _reference.Clear();
        _slice = null;
        _regions = NewRegions();
    }

    private CalibrationAccumulator[] NewRegions() =>
        [.. Protocol.Regions.Select(region => new CalibrationAccumulator(Classes, Protocol.Calibration, region, Protocol.IgnoreIndex))];

    private StructureScore[] ScoreStructures(
        byte[] predicted, byte[] reference, (int Depth, int Height, int Width) shape, VoxelSpacing spacing)
    {
        if (Protocol.IgnoredVoxelsLeaveMasks)
        {
            predicted = [.. predicted];
            for (var i = 0; i < predicted.Length; i++)
                if (reference[i] == byte.MaxValue)
                    predicted[i] = byte.MaxValue;
        }

        var unit = Protocol.PhysicalDistances ? spacing : VoxelSpacing.Unit;
        int[] axes = [shape.Depth, shape.Height, shape.Width];
        double[] steps = [unit.Depth, unit.Height, unit.Width];
        if (Protocol.SingleSliceAsImage && shape.Depth == 1)
            (axes, steps) = (axes[1..], steps[1..]);
        return
        [
            .. _structures.Select(s => StructureScore.Of(
                s.Name, s.Mask(predicted), s.Mask(reference), axes, steps, Protocol.EmptyMasks,
                s.SurfaceTolerance ?? Protocol.SurfaceTolerance, spacing.Depth * spacing.Height * spacing.Width))
        ];
    }
}
