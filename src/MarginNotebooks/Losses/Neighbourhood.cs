using MarginNotebooks.Losses.Fused;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>A neighbourhood of each pixel and what is made of the labels in it: the targets of <see cref="NaclLoss"/>.</summary>
/// <remarks>
/// <para>Source: <c>AdaptMarginSVLS</c> in the authors' <c>losses/spatial_adaptive_margin.py</c>, in two dimensions; here in any
/// number.</para>
/// <para>Ignored pixels belong to no neighbourhood: proportions, medians and divisors are those of the remaining pixels.</para>
/// </remarks>
public sealed record Neighbourhood
{
    private readonly int kernelSize = 3;
    private readonly double sigma = 1;
    private readonly double intensitySigma = 1;

    /// <summary>A neighbourhood three pixels wide along each spatial axis.</summary>
    /// <param name="operator">What is made of the labels.</param>
    public Neighbourhood(NeighbourhoodOperator @operator) => Operator = @operator;

    /// <summary>What is made of the labels.</summary>
    public NeighbourhoodOperator Operator { get; }

    /// <summary>Width along each spatial axis, odd, at least 3; 3 unless set.</summary>
    public int KernelSize { get => kernelSize; init => kernelSize = Hyper.OddKernel(value, nameof(KernelSize)); }

    /// <summary>σ of the Gaussian in pixels, for the operators that have one; 1 unless set.</summary>
    public double Sigma { get => sigma; init => sigma = Hyper.Positive(value, nameof(Sigma)); }

    /// <summary>σ_I of <see cref="NeighbourhoodOperator.BilateralFilter"/>, in units of the image's intensities; 1 unless set.</summary>
    public double IntensitySigma { get => intensitySigma; init => intensitySigma = Hyper.Positive(value, nameof(IntensitySigma)); }

    /// <summary>What lies beyond the image; background, as in the authors' code, unless set.</summary>
    public NeighbourhoodBorder Border { get; init; } = NeighbourhoodBorder.Background;

    /// <summary>The centre rule of <see cref="NeighbourhoodOperator.Gaussian"/>; differs from size 5 on.</summary>
    public GaussianCentre Centre { get; init; } = GaussianCentre.NeighbourSum;

    /// <summary>Whether the targets depend on the image.</summary>
    public bool NeedsImage => Operator is NeighbourhoodOperator.Bilateral or NeighbourhoodOperator.Gradient
        or NeighbourhoodOperator.ImageProportionsL1 or NeighbourhoodOperator.ImageProportionsL2 or NeighbourhoodOperator.BilateralFilter;

    /// <summary>The target of each pixel.</summary>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <param name="image"><c>(B, M, *S)</c> float, for the operators that need it; differences are averaged over the M channels.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns><c>(B, C, *S)</c> float32 without gradient; values at ignored pixels mean nothing.</returns>
    /// <exception cref="ArgumentException">A label is out of range, or the image is missing or does not fit.</exception>
    public Tensor Targets(Tensor labels, long classes, Tensor? image = null, long? ignoreIndex = null)
    {
        using var scope = NewDisposeScope();
        long[] shape = [labels.shape[0], classes, .. labels.shape[1..]];
        var batch = new PixelBatch(zeros(1, device: labels.device).expand(shape), labels, ignoreIndex);
        batch.Fused = labels.device_type == DeviceType.CPU;
        return Targets(batch, image).MoveToOuterDisposeScope();
    }

    /// <summary>Operator and size, for names.</summary>
    /// <returns>For example <c>mean 3</c>.</returns>
    public override string ToString() => Invariant($"{Operator switch
    {
        NeighbourhoodOperator.ImageProportionsL1 => "image L1",
        NeighbourhoodOperator.ImageProportionsL2 => "image L2",
        NeighbourhoodOperator.BilateralFilter => Invariant($"bilateral filter σ_I={IntensitySigma}"),
        var other => other.ToString().ToLowerInvariant(),
    }} {KernelSize}");

    internal Tensor Targets(PixelBatch batch, Tensor? image)
    {
        using var noGrad = no_grad();
        if (!batch.Fused)
            return TargetsOnTensors(batch, image);
        var intensities = NeedsImage ? ImageNeighbourhood.Checked(this, batch, image) : null;
        return batch.Logits.dtype == ScalarType.Float32
            ? NeighbourhoodKernel<float>.Targets(this, batch, intensities)
            : NeighbourhoodKernel<double>.Targets(this, batch, intensities);
    }

    private Tensor TargetsOnTensors(PixelBatch batch, Tensor? image)
    {
        if (NeedsImage)
            return ImageNeighbourhood.Targets(this, batch, image);
        if (Operator == NeighbourhoodOperator.Gaussian)
            return new LabelBlur(batch.SpatialRank, KernelSize, Sigma, Centre)
                .Apply(batch.OneHot, batch.Ignored is not null);
        return LabelCounts.Targets(this, batch);
    }
}
