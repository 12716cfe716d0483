using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>The probabilities of every pixel of a volume, kept for measures that look at all of them at once.</summary>
/// <remarks>
/// Takes 4·(C + 3) + 2 bytes a pixel: 30 bytes with 4 classes, 270 MB for a volume of 9 million voxels. The streamed measures
/// (<see cref="CalibrationAccumulator"/>) need none of this.
/// </remarks>
/// <example><code>
/// var pixels = new ScoredPixels(classes: 4);
/// foreach (var (logits, labels) in slicesOfOneVolume)      // (B, C, H, W), (B, H, W), in order
///     pixels.Add(logits, labels);
/// var band = pixels.In(MeasureRegion.Boundary(3), spacing);
/// Console.WriteLine(SmoothCalibrationError.Of(band.Confidence).Value);
/// </code></example>
public sealed class ScoredPixels
{
    /// <summary>In place of a class: not annotated.</summary>
    public const byte Ignored = byte.MaxValue;

    private readonly float[][] _probability;
    private float[] _confidence = [];
    private float[] _nll = [];
    private float[] _brier = [];
    private byte[] _predicted = [];
    private byte[] _labels = [];
    private (int Height, int Width) _slice = (1, 0);

    /// <summary>Room for a volume.</summary>
    /// <param name="classes">Number of classes C, background included; 2 to 255.</param>
    /// <param name="ignoreIndex">Label of pixels that never count; null when every label is a class.</param>
    public ScoredPixels(int classes, long? ignoreIndex = 255)
    {
        if (classes is < 2 or > 255)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "The number of classes, background included, must be 2 to 255.");
        (Classes, IgnoreIndex) = (classes, ignoreIndex);
        _probability = [.. Enumerable.Range(0, classes).Select(_ => Array.Empty<float>())];
    }

    /// <summary>Number of classes, background included.</summary>
    public int Classes { get; }

    /// <summary>Label of pixels that never count.</summary>
    public long? IgnoreIndex { get; }

    /// <summary>Number of pixels so far.</summary>
    public int Count { get; private set; }

    /// <summary>Slices, rows and columns so far.</summary>
    public (int Depth, int Height, int Width) Shape =>
        (_slice.Width == 0 ? 0 : Count / (_slice.Height * _slice.Width), _slice.Height, _slice.Width);

    /// <summary>True class of each pixel, <see cref="Ignored"/> where not annotated.</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Count);

    /// <summary>Most probable class of each pixel, the first on ties.</summary>
    public ReadOnlySpan<byte> Predicted => _predicted.AsSpan(0, Count);

    /// <summary>Probability of the most probable class.</summary>
    public ReadOnlySpan<float> Confidence => _confidence.AsSpan(0, Count);

    /// <summary>Negative log-likelihood of the true class, in nats.</summary>
    public ReadOnlySpan<float> NegativeLogLikelihood => _nll.AsSpan(0, Count);

    /// <summary>Brier score.</summary>
    public ReadOnlySpan<float> Brier => _brier.AsSpan(0, Count);

    /// <summary>Probability of a class.</summary>
    /// <param name="index">The class.</param>
    /// <returns>One number a pixel.</returns>
    public ReadOnlySpan<float> Probability(int index) => _probability[index].AsSpan(0, Count);

    /// <summary>Adds pixels.</summary>
    /// <param name="logits">Network output, <c>(B, C, H, W)</c>, or <c>(1, C, D, H, W)</c> of a whole volume, or <c>(B, C)</c>.</param>
    /// <param name="labels">True classes, <c>(B, H, W)</c>, <c>(1, D, H, W)</c> or <c>(B)</c>.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label is neither a class nor the ignored value.</exception>
    /// <exception cref="InvalidOperationException">A pixel's logits are not finite.</exception>
    public void Add(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var batch = new PixelBatch(logits, labels, Classes, IgnoreIndex);
        var slice = labels.dim() >= 2 ? ((int)labels.shape[^2], (int)labels.shape[^1]) : (1, 1);
        if (labels.dim() == 2)
            slice = (1, (int)labels.shape[1]);
        if (Count > 0 && slice != _slice)
            throw new ArgumentException($"These slices are {slice}, the volume's earlier ones {_slice}: take new ScoredPixels for each volume.");
        _slice = slice;
        var start = Count;
        Reserve(checked(start + batch.Pixels));
        const int pieceSize = 32 * ScoredTile.Capacity;
        var pieces = (batch.Spatial + pieceSize - 1) / pieceSize;
        OrderedParallel.For(pieces * batch.Samples, () => new ScoredTile(Classes), (i, tile) =>
        {
            var (sample, first) = (i / pieces, i % pieces * pieceSize);
            for (var at = first; at < Math.Min(batch.Spatial, first + pieceSize); at += ScoredTile.Capacity)
            {
                batch.Load(sample, at, tile);
                Keep(tile, start + sample * batch.Spatial + at);
            }
        });
        Count = start + batch.Pixels;
    }

    /// <summary>Pixels whose probabilities are known.</summary>
    /// <param name="probabilities">Probabilities of each pixel, class by class: <c>C × n</c>.</param>
    /// <param name="labels">True classes, <see cref="Ignored"/> where not annotated.</param>
    /// <returns>Pixels in one row.</returns>
    /// <exception cref="ArgumentException">Lengths differ, a probability is outside [0, 1] or a label is not a class.</exception>
    public static ScoredPixels Of(IReadOnlyList<float[]> probabilities, byte[] labels)
    {
        var pixels = new ScoredPixels(probabilities.Count) { _slice = (1, labels.Length) };
        if (probabilities.Any(row => row.Length != labels.Length))
            throw new ArgumentException(
                $"There are {labels.Length} labels but {string.Join(", ", probabilities.Select(row => row.Length))} probabilities.", nameof(probabilities));
        pixels.Reserve(labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= probabilities.Count && labels[i] != Ignored)
                throw new ArgumentException($"Label {labels[i]} of pixel {i} is outside 0…{probabilities.Count - 1}.", nameof(labels));
            var (best, brier) = (0, 0.0);
            for (var k = 0; k < probabilities.Count; k++)
            {
                var p = probabilities[k][i];
                if (p is not (>= 0 and <= 1))
                    throw new ArgumentException($"Probability {p} of class {k} at pixel {i} is outside [0, 1].", nameof(probabilities));
                pixels._probability[k][i] = p;
                best = p > probabilities[best][i] ? k : best;
                brier += Math.Pow(p - (k == labels[i] ? 1 : 0), 2);
            }

            (pixels._labels[i], pixels._predicted[i]) = (labels[i], (byte)best);
            (pixels._confidence[i], pixels._brier[i]) = (probabilities[best][i], (float)brier);
            pixels._nll[i] = labels[i] == Ignored ? 0 : (float)-Math.Log(probabilities[labels[i]][i]);
        }

        pixels.Count = labels.Length;
        return pixels;
    }

    /// <summary>The evidence of one region's pixels.</summary>
    /// <param name="region">Which pixels.</param>
    /// <param name="spacing">Voxel spacing, for regions that measure distances.</param>
    /// <param name="rules">Bins of the binned measures; null for <see cref="CalibrationRules.Sound"/>.</param>
    /// <returns>The evidence, which computes its parts when a measure first asks for them.</returns>
    public CalibrationEvidence In(MeasureRegion region, Data.VoxelSpacing spacing, CalibrationRules? rules = null)
    {
        var mask = region.Mask(new LabelVolume(_labels[..Count], _predicted[..Count], Shape, spacing));
        var inside = new List<int>();
        for (var i = 0; i < mask.Length; i++)
            if (mask[i] && _labels[i] != Ignored)
                inside.Add(i);
        return new CalibrationEvidence(this, [.. inside], rules ?? CalibrationRules.Sound);
    }

    /// <summary>The evidence of every annotated pixel.</summary>
    /// <param name="rules">Bins of the binned measures; null for <see cref="CalibrationRules.Sound"/>.</param>
    /// <returns>The evidence.</returns>
    public CalibrationEvidence All(CalibrationRules? rules = null) => In(MeasureRegion.All, Data.VoxelSpacing.Unit, rules);

    private void Keep(ScoredTile tile, int at)
    {
        for (var k = 0; k < Classes; k++)
            tile.Probability(k).CopyTo(_probability[k].AsSpan(at));
        tile.Confidence.AsSpan(0, tile.Count).CopyTo(_confidence.AsSpan(at));
        for (var i = 0; i < tile.Count; i++)
        {
            _nll[at + i] = (float)tile.NegativeLogLikelihood[i];
            _brier[at + i] = (float)tile.Brier[i];
            _predicted[at + i] = (byte)tile.Predicted[i];
            _labels[at + i] = tile.Labels[i] < 0 ? Ignored : (byte)tile.Labels[i];
        }
    }

    private void Reserve(int pixels)
    {
        if (pixels <= _labels.Length)
            return;
        var size = Count == 0 ? pixels : Math.Max(pixels, (int)Math.Min(Array.MaxLength, 2L * Count));
        for (var k = 0; k < Classes; k++)
            Array.Resize(ref _probability[k], size);
        Array.Resize(ref _confidence, size);
        Array.Resize(ref _nll, size);
        Array.Resize(ref _brier, size);
        Array.Resize(ref _predicted, size);
        Array.Resize(ref _labels, size);
    }
}
