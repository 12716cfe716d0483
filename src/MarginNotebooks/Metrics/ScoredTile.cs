using System.Numerics;
using System.Runtime.CompilerServices;
using MarginNotebooks.Losses.Fused;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Metrics;

/// <summary>A few hundred pixels with their probabilities, predictions and proper scores, in a processor's cache.</summary>
/// <param name="classes">Number of classes.</param>
internal sealed class ScoredTile(int classes)
{
    internal const int Capacity = PixelTile<float>.Capacity;

    private readonly PixelTile<float> _tile = new(classes, hasTargets: false);
    private readonly int[] _labelOrZero = new int[Capacity];
    private readonly float[] _ofLabel = new float[Capacity];
    private readonly float[] _largest = new float[Capacity];
    private readonly float[] _others = new float[Capacity];
    private readonly float[] _squares = new float[Capacity];

    internal int Count => _tile.Count;

    /// <summary>True classes, <see cref="PixelBatch.Ignored"/> where not annotated.</summary>
    internal int[] Labels { get; } = new int[Capacity];

    /// <summary>Most probable class, the first one on ties.</summary>
    internal int[] Predicted { get; } = new int[Capacity];

    internal float[] Confidence { get; } = new float[Capacity];

    internal double[] NegativeLogLikelihood { get; } = new double[Capacity];

    internal double[] Brier { get; } = new double[Capacity];

    /// <summary>Pixels that count for some region; see <see cref="Select"/>.</summary>
    internal int[] Selected { get; } = new int[Capacity];

    internal int Begin(int count)
    {
        _tile.Reset(count);
        return count;
    }

    internal Span<float> Logits(int k) => _tile.Logits(k);

    /// <summary>Each pixel's probability of its true class (of class 0 where not annotated).</summary>
    internal float[] ProbabilityOfLabel { get; } = new float[Capacity];

    internal ReadOnlySpan<float> Probability(int k) => _tile.Probability(k);

    /// <summary>Computes everything from logits and labels; false when some pixel has no probabilities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Score()
    {
        FindWinners();
        var others = _others.AsSpan(0, Count);
        _tile.OverOthers(Predicted, others, _squares.AsSpan(0, Count));
        var check = TensorPrimitives.Sum<float>(others);
        if (float.IsNaN(check))
            return false;
        var logarithm = NegativeLogLikelihood.AsSpan(0, Count);
        var best = Confidence.AsSpan(0, Count);
        var winner = Predicted.AsSpan(0, Count);
        var label = _labelOrZero.AsSpan(0, Count);
        for (var i = 0; i < logarithm.Length; i++)
        {
            // From 1 − p of the other classes where p is close to 1: float32 has no digits left there.
            logarithm[i] = best[i] > 0.5f ? 1 - Math.Min((double)others[i], 0.5) : best[i];
            label[i] = Math.Max(Labels[i], 0);
        }

        TensorPrimitives.Log<double>(logarithm, logarithm);
        var ofLabel = _ofLabel.AsSpan(0, Count);
        var largest = _largest.AsSpan(0, Count);
        var squares = _squares.AsSpan(0, Count);
        var brier = Brier.AsSpan(0, Count);
        _tile.LogitsOf(label, ofLabel, largest);
        for (var i = 0; i < logarithm.Length; i++)
        {
            logarithm[i] = (double)largest[i] - ofLabel[i] - logarithm[i];
            // Σ over the other classes of p², and (1 − p)².
            brier[i] = squares[i] + (double)others[i] * others[i];
        }

        best.CopyTo(ProbabilityOfLabel);
        for (var i = 0; i < label.Length; i++)
            if (label[i] != winner[i])
                (brier[i], ProbabilityOfLabel[i]) = (BrierOfMiss(i), _tile.Probability(label[i])[i]);
        return true;
    }

    private double BrierOfMiss(int i)
    {
        double rest = 0, squares = 0;
        for (var k = 0; k < classes; k++)
        {
            var p = k == _labelOrZero[i] ? 0.0 : _tile.Probability(k)[i];
            rest += p;
            squares += p * p;
        }

        return squares + rest * rest;
    }

    internal int FirstNaN()
    {
        for (var i = 0; i < Count; i++)
            for (var k = 0; k < classes; k++)
                if (float.IsNaN(_tile.Probability(k)[i]))
                    return i;
        return 0;
    }

    /// <summary>Lists the pixels of a region; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Select(PixelRegion region)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            Selected[kept] = i;
            var label = Labels[i];
            var inside = region switch
            {
                PixelRegion.All => label >= 0,
                PixelRegion.Foreground => label > 0,
                _ => label > 0 || (label == 0 && Predicted[i] != 0),
            };
            kept += inside ? 1 : 0;
        }

        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindWinners()
    {
        _tile.Probability(0).CopyTo(Confidence);
        Array.Clear(Predicted);
        for (var k = 1; k < classes; k++)
        {
            var probability = _tile.Probability(k);
            var i = 0;
            for (; i <= probability.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var (p, best) = (new Vector<float>(probability[i..]), new Vector<float>(Confidence, i));
                var better = Vector.GreaterThan(p, best);
                Vector.ConditionalSelect(better, p, best).CopyTo(Confidence, i);
                Vector.ConditionalSelect(better, new Vector<int>(k), new Vector<int>(Predicted, i)).CopyTo(Predicted, i);
            }

            for (; i < probability.Length; i++)
                if (probability[i] > Confidence[i])
                    (Confidence[i], Predicted[i]) = (probability[i], k);
        }
    }
}
