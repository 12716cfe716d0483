using MarginNotebooks.Data;
using MarginNotebooks.Losses;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>The logits and labels of annotated pixels, in bounded memory: all of them up to a capacity, else a uniform random
/// sample.</summary>
/// <remarks>
/// Filled in one pass over the batches, whose number does not matter: <c>capacity · (4 C + 1)</c> bytes at most (18 MB for C = 4 at the
/// default). Beyond the capacity, reservoir sampling (Vitter's algorithm R, ACM TOMS 11, 1985) with a fixed seed keeps every pixel with
/// the same probability: a million pixels settle a calibrator's few numbers far better than the number of patients they come from.
/// </remarks>
public sealed class PixelSample
{
    /// <summary>Pixels kept when no other capacity is asked for.</summary>
    public const int DefaultCapacity = 1 << 20;

    // Pixels that one thread sums before the sums are combined, in order.
    private const int Piece = 1 << 14;

    private readonly List<float> logits = [];
    private readonly List<byte> labels = [];
    private readonly long[] classCounts;

    private PixelSample(int classes) => (Classes, classCounts) = (classes, new long[classes]);

    /// <summary>Number of classes C.</summary>
    public int Classes { get; }

    /// <summary>Pixels kept.</summary>
    public int Count => labels.Count;

    /// <summary>Annotated pixels offered.</summary>
    public long Seen { get; private set; }

    /// <summary>For each class, how many of the kept pixels belong to it.</summary>
    public IReadOnlyList<long> ClassCounts => classCounts;

    /// <summary>Row-major <c>(Count, C)</c>.</summary>
    internal ReadOnlySpan<float> Logits => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(logits);

    internal ReadOnlySpan<byte> Labels => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(labels);

    /// <summary>Collects the pixels of batches.</summary>
    /// <param name="batches">Gone through once.</param>
    /// <param name="ignoreIndex">Label of pixels that are left out; null when every label is a class.</param>
    /// <param name="capacity">Most pixels to keep.</param>
    /// <param name="seed">Seed of the sample.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The pixels.</returns>
    /// <exception cref="ArgumentException">There is no annotated pixel, or a batch's shapes or labels do not fit.</exception>
    /// <exception cref="InvalidOperationException">A logit is not finite.</exception>
    public static PixelSample Collect(
        IEnumerable<CalibrationBatch> batches, long? ignoreIndex = 255, int capacity = DefaultCapacity, ulong seed = 1,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        PixelSample? sample = null;
        var random = new SeededRandom(seed, 0x50495845);
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            LabelCheck.Shapes(batch.Logits, batch.Labels);
            var classes = batch.Logits.shape[1];
            if (classes is < 2 or > 255)
                throw new ArgumentException($"These logits have {classes} classes; calibration needs 2 to 255.", nameof(batches));
            LabelCheck.Range(batch.Labels, classes, ignoreIndex);
            sample ??= new PixelSample((int)classes);
            if (classes != sample.Classes)
                throw new ArgumentException($"One batch has {sample.Classes} classes, another {classes}.", nameof(batches));
            sample.Add(batch, ignoreIndex, capacity, random);
        }
        if (sample is null || sample.Count == 0)
            throw new ArgumentException("A calibrator needs at least one annotated pixel of validation data.", nameof(batches));
        return sample;
    }

    private void Add(CalibrationBatch batch, long? ignoreIndex, int capacity, SeededRandom random)
    {
        var values = batch.Logits.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray(); // (B, C, N)
        var truth = batch.Labels.cpu().contiguous().data<long>().ToArray(); // (B, N)
        var samples = (int)batch.Logits.shape[0];
        var spatial = samples == 0 ? 0 : truth.Length / samples;
        Span<float> pixel = stackalloc float[Classes];
        for (var b = 0; b < samples; b++)
        {
            for (var i = 0; i < spatial; i++)
            {
                var label = truth[b * spatial + i];
                if (label == ignoreIndex)
                    continue;
                for (var k = 0; k < Classes; k++)
                {
                    pixel[k] = values[(b * Classes + k) * spatial + i];
                    if (!float.IsFinite(pixel[k]))
                        throw new InvalidOperationException(
                            $"The logit of class {k} at pixel {i} of sample {b} is {pixel[k]}: nothing can be fitted to it.");
                }
                Keep(pixel, (byte)label, capacity, random);
            }
        }
    }

    private void Keep(ReadOnlySpan<float> pixel, byte label, int capacity, SeededRandom random)
    {
        Seen++;
        if (Count < capacity)
        {
            foreach (var value in pixel)
                logits.Add(value);
            labels.Add(label);
            classCounts[label]++;
            return;
        }
        var place = (long)(random.Uniform() * Seen);
        if (place >= capacity)
            return;
        var at = (int)place;
        pixel.CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(logits).Slice(at * Classes, Classes));
        classCounts[labels[at]]--;
        labels[at] = label;
        classCounts[label]++;
    }

    /// <summary>Adds up numbers over all pixels; the result does not depend on the number of threads.</summary>
    /// <param name="width">How many numbers.</param>
    /// <param name="add">Adds those of pixels <c>first … first + count − 1</c>.</param>
    /// <returns>The sums.</returns>
    internal double[] Sum(int width, Action<int, int, double[]> add)
    {
        var pieces = (Count + Piece - 1) / Piece;
        var parts = new double[pieces][];
        OrderedParallel.For(pieces, piece =>
            add(piece * Piece, Math.Min(Piece, Count - piece * Piece), parts[piece] = new double[width]));
        var sums = new double[width];
        foreach (var part in parts)
            for (var i = 0; i < width; i++)
                sums[i] += part[i];
        return sums;
    }

    /// <summary>Mean negative log-likelihood after a calibration of the logits.</summary>
    /// <param name="calibrate">Changes the logits of one pixel in place; null leaves them.</param>
    internal double Loss(Action<double[]>? calibrate = null) => Sum(1, (first, count, sum) =>
    {
        var values = new double[Classes];
        for (var i = first; i < first + count; i++)
        {
            Read(i, values);
            calibrate?.Invoke(values);
            sum[0] += LogSum.Of(values) - values[Labels[i]];
        }
    })[0] / Count;

    /// <summary>The logits of one pixel.</summary>
    internal void Read(int pixel, Span<double> values)
    {
        var from = Logits.Slice(pixel * Classes, Classes);
        for (var k = 0; k < values.Length; k++)
            values[k] = from[k];
    }
}
