using System.Reflection;
using MarginNotebooks.Losses;
using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>A calibration that is fitted on validation data after training and then applied to every logit map of the network.</summary>
/// <remarks>
/// <para>
/// To add one: derive a class with a public constructor without parameters (most derive from <see cref="PixelCalibrator"/>), give it a
/// <see cref="ReferenceAttribute"/> of kind <see cref="ReferenceKind.Calibrator"/>, whose key and title become <see cref="Key"/> and
/// <see cref="Name"/>, and it is in <see cref="CalibratorCatalog"/>.
/// </para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>, <c>image (B, channels, *S) float</c>.</para>
/// </remarks>
/// <example><code>
/// using var calibrator = CalibratorCatalog.Create("dirichlet");
/// calibrator.Fit(validationBatches);
/// using var calibrated = calibrator.Apply(network.forward(images));   // again logits: softmax gives the calibrated probabilities
/// calibrator.Save("dirichlet.safetensors");
/// </code></example>
public abstract class Calibrator : IDisposable
{
    private ReferenceAttribute? entry;

    /// <summary>Short name, for commands and files: the key of the type's reference entry.</summary>
    public string Key => Entry.Key;

    /// <summary>Name in tables and figures.</summary>
    public string Name => Entry.Title;

    /// <summary>Whether applying it can change a pixel's most probable class.</summary>
    public abstract PredictionChange ChangesPrediction { get; }

    /// <summary>Label of pixels that take no part in the fit; null when every label is a class.</summary>
    public long? IgnoreIndex { get; init; } = 255;

    /// <summary>Number of classes C; 0 before it is fitted or loaded.</summary>
    public int Classes { get; private set; }

    /// <summary>What the fit did; null before it.</summary>
    public CalibratorFit? LastFit { get; private set; }

    private ReferenceAttribute Entry => entry ??= GetType().GetCustomAttributes<ReferenceAttribute>()
        .FirstOrDefault(attribute => attribute.Kind == ReferenceKind.Calibrator)
        ?? throw new InvalidOperationException(
            $"{GetType().Name} has no [Reference(ReferenceKind.Calibrator, key, title)], which gives a calibrator its key and name.");

    /// <summary>Fits to validation data; a former fit is forgotten.</summary>
    /// <param name="batches">The data; gone through at least once, by some calibrators several times, which must give the same.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>What was done, also kept as <see cref="LastFit"/>.</returns>
    /// <exception cref="ArgumentException">There is no annotated pixel, or shapes or labels do not fit.</exception>
    /// <exception cref="InvalidOperationException">A logit is not finite.</exception>
    public CalibratorFit Fit(IEnumerable<CalibrationBatch> batches, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        Classes = 0;
        var (classes, fit) = FitTo(batches, cancellation);
        return Fitted(classes, fit);
    }

    /// <summary>Calibrates logits.</summary>
    /// <param name="logits"><c>(B, C, *S)</c>, any floating type and device; types narrower than float32 are widened.</param>
    /// <param name="image">What the network saw; needed by calibrators that were fitted with images, not looked at by others.</param>
    /// <returns>
    /// Calibrated logits of the same shape, on the same device: their softmax is the calibrated probability. They are defined up to a
    /// constant a pixel; calibrators of probabilities (isotonic, histogram) return log-probabilities.
    /// </returns>
    /// <exception cref="InvalidOperationException">The calibrator was not fitted.</exception>
    /// <exception cref="ArgumentException">The logits have another number of classes.</exception>
    public Tensor Apply(Tensor logits, Tensor? image = null)
    {
        RequireFit();
        if (!logits.is_floating_point() || logits.dim() < 3 || logits.shape[1] != Classes)
            throw new ArgumentException(
                $"'{Key}' was fitted to {Classes} classes and takes logits (B, {Classes}, *S) of a floating type; "
                + $"these are {logits.dtype} of shape {LabelCheck.Text(logits)}.", nameof(logits));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var values = logits.detach();
        if (values.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            values = values.to(ScalarType.Float32);
        return Calibrate(values, image).MoveToOuterDisposeScope();
    }

    /// <summary>Writes what was fitted, whole or not at all.</summary>
    /// <param name="path">File to write, by habit <c>*.safetensors</c>.</param>
    /// <exception cref="InvalidOperationException">The calibrator was not fitted.</exception>
    public void Save(string path)
    {
        RequireFit();
        CalibratorFile.Write(path, this);
    }

    /// <summary>Reads a calibrator, of whatever kind the file holds.</summary>
    /// <param name="path">File written by <see cref="Save"/>.</param>
    /// <returns>The calibrator, ready to be applied; it gives bit for bit what the saved one gave. What only a fit needs has its
    /// default.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or holds no calibrator; the message names it.</exception>
    public static Calibrator Load(string path) => CalibratorFile.Read(path);

    /// <summary>Frees what the calibrator holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Does the fit.</summary>
    /// <param name="batches">The data.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>Number of classes, and what was done.</returns>
    protected abstract (int Classes, CalibratorFit Fit) FitTo(IEnumerable<CalibrationBatch> batches, CancellationToken cancellation);

    /// <summary>Calibrates checked logits, without gradients; the caller's dispose scope takes what is left over.</summary>
    /// <param name="logits"><c>(B, C, *S)</c>, float32 or float64.</param>
    /// <param name="image">The image, or null.</param>
    /// <returns>A fresh tensor.</returns>
    protected abstract Tensor Calibrate(Tensor logits, Tensor? image);

    /// <summary>What has to be stored: tensors by name.</summary>
    /// <returns>The tensors; they belong to the current dispose scope.</returns>
    protected internal abstract IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Takes over what was stored.</summary>
    /// <param name="state">The tensors, on the CPU.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="InvalidDataException">They are not what <see cref="State"/> gives.</exception>
    protected internal abstract void Restore(StoredState state, int classes);

    /// <summary>Frees what the calibrator holds.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    internal CalibratorFit Fitted(int classes, CalibratorFit? fit)
    {
        (Classes, LastFit) = (classes, fit);
        return fit!;
    }

    private void RequireFit()
    {
        if (Classes == 0)
            throw new InvalidOperationException($"The calibrator '{Key}' was not fitted: call Fit with validation data, or Load a saved one.");
    }
}
