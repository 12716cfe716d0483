using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Reference;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>Local temperature scaling: a small network gives every pixel a temperature, from the logits around it and from the
/// image.</summary>
/// <remarks>
/// <para><c>softmax(l(x) / T(x))</c>. Network, source and deviations: <see cref="LocalTemperatureNetwork"/>.</para>
/// <para>
/// Trained with Adam on the validation batches, whose order is taken as given. It begins at the temperature of
/// <see cref="TemperatureCalibrator"/>, and of all epochs, the beginning included, the one with the least loss over the validation data
/// is kept; so on those data it is never worse than temperature scaling. (The authors keep the last epoch.) Batches are gone through
/// twice an epoch, and must be the same each time. Logits of 3-D networks <c>(B, C, D, H, W)</c> are taken slice by slice, those with
/// one spatial axis as images of one row.
/// </para>
/// <para>Output as for <see cref="TemperatureCalibrator"/>: scaled and shifted so that the greatest is 0; the predicted class never
/// changes.</para>
/// </remarks>
[Reference(ReferenceKind.Calibrator, "local-temperature", "Local temperature scaling",
    Formula = "l(x) / T(x), T from a tree of dilated convolutions of logits and image",
    Source = "Ding et al., ICCV 2021, arXiv 2008.05105", Test = "LocalTemperatureScalingTests",
    Note = "Never changes the predicted class. Adam at 1e-4, 50 epochs, as the authors of MbLS; the best epoch is kept, theirs is the last.")]
public sealed class LocalTemperatureScaling : Calibrator
{
    private LocalTemperatureNetwork? network;

    /// <summary>Epochs; 0 leaves temperature scaling.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>Learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Whether the network sees the image where batches have one.</summary>
    public bool UsesImage { get; init; } = true;

    /// <summary>Seed of the gates' initial weights.</summary>
    public ulong Seed { get; init; } = 1;

    /// <inheritdoc/>
    public override PredictionChange ChangesPrediction => PredictionChange.Never;

    /// <summary>Temperatures of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c>.</param>
    /// <param name="image">What the network saw, when the calibrator was fitted with images.</param>
    /// <returns><c>(B, 1, *S) float32</c>.</returns>
    /// <exception cref="InvalidOperationException">The calibrator was not fitted.</exception>
    /// <exception cref="ArgumentException">The image is missing or has other channels or another size.</exception>
    public Tensor Temperatures(Tensor logits, Tensor? image = null)
    {
        if (network is null)
            throw new InvalidOperationException($"The calibrator '{Key}' was not fitted: call Fit with validation data, or Load a saved one.");
        using var noGrad = no_grad();
        return TemperaturesOf(network, logits, image);
    }

    /// <inheritdoc/>
    protected override (int Classes, CalibratorFit Fit) FitTo(IEnumerable<CalibrationBatch> batches, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
        var sample = PixelSample.Collect(batches, IgnoreIndex, cancellation: cancellation);
        var notes = new List<string>();
        var alone = sample.ClassCounts.Count(count => count > 0) < 2;
        var global = alone ? new TemperatureFit(1, double.NaN, false) : TemperatureSolver.Solve(sample);
        if (alone)
            notes.Add(PixelCalibrator.OneClassOnly);
        if (global.AtEdge)
            notes.Add("The temperature that the network begins at is the end of what was searched: do not trust the result.");
        var channels = UsesImage ? batches.Select(batch => (int)(batch.Image?.shape[1] ?? 0)).First() : 0;
        var (before, _) = Loss(null, batches);

        network?.Dispose();
        network = new LocalTemperatureNetwork(sample.Classes, channels, Math.Max(global.Temperature, LocalTemperatureNetwork.Least), Seed);
        var device = batches.Select(batch => batch.Logits.device).First();
        network.to(device);
        var (best, pixels) = Loss(network, batches);
        var kept = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone().DetachFromDisposeScope());
        try
        {
            using var optimizer = optim.Adam(network.parameters(), LearningRate);
            for (var epoch = 0; epoch < (alone ? 0 : Epochs); epoch++)
            {
                cancellation.ThrowIfCancellationRequested();
                Train(network, optimizer, batches);
                var (loss, _) = Loss(network, batches);
                if (!double.IsFinite(loss))
                {
                    notes.Add($"Training diverged in epoch {epoch + 1}; the best epoch before is kept.");
                    break;
                }
                if (loss >= best)
                    continue;
                best = loss;
                foreach (var (name, value) in network.state_dict())
                    kept[name].copy_(value);
            }
            using var _ = no_grad();
            foreach (var (name, value) in network.state_dict())
                value.copy_(kept[name]);
        }
        finally
        {
            foreach (var value in kept.Values)
                value.Dispose();
        }
        network.to(CPU);
        return (sample.Classes, new CalibratorFit { PixelsSeen = sample.Seen, PixelsUsed = pixels, LossBefore = before, LossAfter = best, Notes = notes });
    }

    /// <inheritdoc/>
    protected override Tensor Calibrate(Tensor logits, Tensor? image) => Scaled(logits, TemperaturesOf(network!, logits, image));

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> State() => network!.state_dict();

    /// <inheritdoc/>
    protected internal override void Restore(StoredState state, int classes)
    {
        var channels = state.Has("image_weight") && state.Get("image_weight") is { ndim: 4 } weight ? (int)weight.shape[1] : 0;
        network?.Dispose();
        network = new LocalTemperatureNetwork(classes, channels, 1, Seed);
        using var scope = NewDisposeScope();
        var target = network.state_dict();
        ModelWeights.CopyInto(target.Keys.ToDictionary(name => name, state.Get), target, "the file");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            network?.Dispose();
        base.Dispose(disposing);
    }

    private void Train(LocalTemperatureNetwork trained, optim.Optimizer optimizer, IEnumerable<CalibrationBatch> batches)
    {
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var (sum, count) = LossSum(trained, batch);
            if (count == 0)
                continue;
            optimizer.zero_grad();
            (sum / count).backward();
            optimizer.step();
        }
    }

    private (double Mean, long Pixels) Loss(LocalTemperatureNetwork? of, IEnumerable<CalibrationBatch> batches)
    {
        using var noGrad = no_grad();
        var (total, pixels) = (0.0, 0L);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var (sum, count) = LossSum(of, batch);
            total += sum.to(ScalarType.Float64).item<double>();
            pixels += count;
        }
        return (total / pixels, pixels);
    }

    /// <summary>Sum of the negative log-likelihoods of a batch's annotated pixels, with gradients; the network may be left out.</summary>
    private (Tensor Sum, long Count) LossSum(LocalTemperatureNetwork? of, CalibrationBatch batch)
    {
        var logits = batch.Logits.detach().to(ScalarType.Float32);
        if (of is not null)
            logits = Scaled(logits, TemperaturesOf(of, logits, batch.Image));
        var counts = IgnoreIndex is { } ignored ? batch.Labels != ignored : ones_like(batch.Labels, ScalarType.Bool);
        var classes = batch.Labels.where(counts, zeros_like(batch.Labels)).unsqueeze(1);
        var found = nn.functional.log_softmax(logits, 1).gather(1, classes).squeeze(1);
        return (-found.masked_fill(~counts, 0).sum(), counts.sum().item<long>());
    }

    // Shifted first: rounding then cannot make another logit reach the greatest.
    private static Tensor Scaled(Tensor logits, Tensor temperatures) => (logits - logits.amax([1], keepdim: true)) / temperatures;

    private static Tensor TemperaturesOf(LocalTemperatureNetwork of, Tensor logits, Tensor? image)
    {
        if (of.ImageChannels > 0 && image is null)
            throw new ArgumentException("This local temperature scaling was fitted with images: give Apply the image as well.", nameof(image));
        using var scope = NewDisposeScope();
        of.to(logits.device);
        var flat = Planes(logits.to(ScalarType.Float32));
        var seen = of.ImageChannels > 0 ? Planes(image!.to(logits.device).to(ScalarType.Float32)) : null;
        if (seen is not null && !seen.shape.SequenceEqual([flat.shape[0], of.ImageChannels, flat.shape[2], flat.shape[3]]))
            throw new ArgumentException(
                $"The image has the shape {LabelCheck.Text(image!)}; for logits of shape {LabelCheck.Text(logits)} "
                + $"it must have {of.ImageChannels} channels and the same size.",
                nameof(image));
        var temperatures = of.Temperatures(flat, seen); // (B·D, 1, H, W)
        long[] shape = [logits.shape[0], 1, .. logits.shape[2..]];
        return (logits.dim() == 5
            ? temperatures.view(logits.shape[0], logits.shape[2], 1, logits.shape[3], logits.shape[4]).permute(0, 2, 1, 3, 4)
            : temperatures.view(shape)).MoveToOuterDisposeScope();
    }

    /// <summary><c>(B, C, N)</c> → <c>(B, C, 1, N)</c>; <c>(B, C, H, W)</c> stays; <c>(B, C, D, H, W)</c> → <c>(B·D, C, H,
    /// W)</c>.</summary>
    private static Tensor Planes(Tensor map) => map.dim() switch
    {
        3 => map.unsqueeze(2),
        4 => map,
        5 => map.permute(0, 2, 1, 3, 4).flatten(0, 1),
        _ => throw new ArgumentException($"Local temperature scaling takes one to three spatial axes, not the shape {LabelCheck.Text(map)}.", nameof(map)),
    };
}
