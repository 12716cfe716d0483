using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>A calibrator that looks at each pixel's logits by themselves: it is fitted to a bounded <see cref="PixelSample"/>.</summary>
/// <remarks>
/// Where the validation data hold one class only, nothing can be fitted: logits are left as they are, and the fit says so.
/// </remarks>
public abstract class PixelCalibrator : Calibrator
{
    internal const string OneClassOnly = "The validation data hold one class only: nothing can be fitted, and logits are left as they are.";

    // Pixels that one thread calibrates at a time.
    private const int Piece = 1 << 13;

    /// <summary>Most pixels that the fit uses; of more, a random sample.</summary>
    public int Capacity { get; init; } = PixelSample.DefaultCapacity;

    /// <summary>Seed of that sample.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Fits to pixels that were collected before, so that several calibrators can share one pass over the data.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <returns>What was done.</returns>
    public CalibratorFit Fit(PixelSample pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return Fitted(pixels.Classes, FitTo(pixels));
    }

    /// <inheritdoc/>
    protected sealed override (int Classes, CalibratorFit Fit) FitTo(IEnumerable<CalibrationBatch> batches, CancellationToken cancellation)
    {
        var pixels = PixelSample.Collect(batches, IgnoreIndex, Capacity, Seed, cancellation);
        return (pixels.Classes, FitTo(pixels));
    }

    /// <inheritdoc/>
    protected sealed override Tensor Calibrate(Tensor logits, Tensor? image)
    {
        var values = logits.cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray(); // (B, C, N)
        var samples = (int)logits.shape[0];
        var spatial = samples == 0 ? 0 : values.Length / samples / Classes;
        var pieces = (spatial + Piece - 1) / Piece;
        OrderedParallel.For(samples * pieces, () => new double[Classes], (index, pixel) =>
        {
            var (sample, first) = (index / pieces * Classes * spatial, index % pieces * Piece);
            for (var i = first; i < Math.Min(spatial, first + Piece); i++)
            {
                for (var k = 0; k < pixel.Length; k++)
                    pixel[k] = values[sample + k * spatial + i];
                Calibrate(pixel);
                for (var k = 0; k < pixel.Length; k++)
                    values[sample + k * spatial + i] = pixel[k];
            }
        });
        return tensor(values, logits.shape).to(logits.dtype).to(logits.device);
    }

    /// <summary>Forgets everything: afterwards logits are left as they are.</summary>
    /// <param name="classes">Number of classes.</param>
    protected abstract void Reset(int classes);

    /// <summary>Fits the numbers.</summary>
    /// <param name="pixels">Pixels of at least two classes.</param>
    /// <param name="notes">Receives what a reader must know.</param>
    /// <returns>Whether an optimiser met its tolerance; true where there is none.</returns>
    protected abstract bool Fit(PixelSample pixels, List<string> notes);

    /// <summary>Calibrates one pixel in double precision, in place.</summary>
    /// <param name="logits">Its C logits.</param>
    protected abstract void Calibrate(Span<double> logits);

    private CalibratorFit FitTo(PixelSample pixels)
    {
        Reset(pixels.Classes);
        var notes = new List<string>();
        var converged = true;
        if (pixels.ClassCounts.Count(count => count > 0) < 2)
            notes.Add(OneClassOnly);
        else
            converged = Fit(pixels, notes);
        if (!converged)
            notes.Add("The optimiser stopped before its tolerance was met; the result is the best point it saw.");
        return new CalibratorFit
        {
            PixelsSeen = pixels.Seen,
            PixelsUsed = pixels.Count,
            LossBefore = pixels.Loss(),
            LossAfter = pixels.Loss(logits => Calibrate(logits)),
            Converged = converged,
            Notes = notes,
        };
    }
}
