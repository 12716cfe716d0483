using System.Numerics;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>One part of a loss: a function of sums over the counted pixels of each sample.</summary>
/// <remarks>
/// Written twice: <see cref="OnTensors"/> in libtorch operations, for any device and derivatives of any order; and as sums, their slopes
/// and their gradient for <see cref="FusedPass{T}"/>, which computes all parts of a loss in one walk over the pixels, on a CPU.
/// </remarks>
internal abstract class PixelTerm
{
    /// <summary>The term in libtorch operations.</summary>
    /// <returns>A scalar with gradient.</returns>
    public abstract Tensor OnTensors(PixelBatch batch);

    /// <summary>What the labels around each pixel suggest, (B, C, *S) without gradient; null for terms that do not look around.</summary>
    public virtual Tensor? Targets(PixelBatch batch, Tensor? image) => null;

    /// <summary>The first class that counts.</summary>
    /// <exception cref="ArgumentException">None is left.</exception>
    protected static int FirstScored(Background background, int classes) =>
        background == Background.Included ? 0
        : classes > 1 ? 1
        : throw new ArgumentException("Without background no class is left: the logits have one class.");

    /// <summary>Whether <see cref="Value"/> is the default, so that the slope is known before the sums are.</summary>
    public virtual bool IsMean => true;

    /// <summary>Number of sums a sample.</summary>
    public virtual int SumCount(int classes) => 1;

    /// <summary>Adds a tile's pixels, all of one sample, to the sample's sums.</summary>
    public abstract void Add<T>(PixelTile<T> tile, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The term's value; by default the mean of the one sum over the counted pixels.</summary>
    /// <param name="sums">The sums of each sample, one sample after the other.</param>
    /// <param name="shape">Numbers of samples, classes and counted pixels.</param>
    /// <param name="slopes">Receives the derivative of the value by each sum.</param>
    public virtual double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes)
    {
        var pixels = Math.Max(1, shape.Counted);
        slopes.Fill(1.0 / pixels);
        double total = 0;
        foreach (var sum in sums)
            total += sum;
        return total / pixels;
    }

    /// <summary>Adds the gradient of Σ slope·sum to the tile.</summary>
    public abstract void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>What a term's value may depend on besides its sums.</summary>
internal readonly record struct BatchSize(int Samples, int Classes, long Counted);

/// <summary>A term with its name in logs and its weight in the total.</summary>
internal readonly record struct WeightedTerm(string Name, double Weight, PixelTerm Term);
