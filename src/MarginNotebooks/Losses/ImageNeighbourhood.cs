using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Targets from labels weighted by intensity differences: bilateral, gradient, the two image proportions, bilateral filter.</summary>
internal static class ImageNeighbourhood
{
    /// <returns>(B, C, *S).</returns>
    public static Tensor Targets(Neighbourhood neighbourhood, PixelBatch batch, Tensor? image)
    {
        using var scope = NewDisposeScope();
        image = Checked(neighbourhood, batch, image);
        var rank = batch.SpatialRank;
        var radius = neighbourhood.KernelSize / 2;
        var paddedImage = image;
        var paddedLabels = batch.Labels.unsqueeze(1);
        for (var axis = 2; axis < rank + 2; axis++)
        {
            var repeated = neighbourhood.Border == NeighbourhoodBorder.Repeated;
            paddedImage = SpatialShift.Pad(paddedImage, axis, radius, repeated);
            // Beyond the border lies class 0, or nothing where class 0 is ignored.
            paddedLabels = SpatialShift.Pad(paddedLabels, axis, radius, repeated, batch.IgnoreIndex == 0 ? PixelBatch.NoClass : 0);
        }
        var oneHot = (paddedLabels == batch.ClassNumbers(rank)).to(batch.Logits.dtype);
        var targets = zeros_like(batch.Logits);
        var pixels = zeros_like(batch.Logits.narrow(1, 0, 1));
        foreach (var offset in Offsets(rank, neighbourhood.KernelSize))
        {
            using var step = NewDisposeScope();
            var difference = Window(paddedImage, offset, image) - image;
            var label = Window(oneHot, offset, image);
            targets.add_(label * Weight(neighbourhood, difference, offset));
            pixels.add_(label.sum(1, keepdim: true));
        }
        var divisor = neighbourhood.Operator switch
        {
            NeighbourhoodOperator.Bilateral => pixels * GaussianSum(neighbourhood, rank),
            NeighbourhoodOperator.Gradient => pixels,
            _ => targets.sum(1, keepdim: true),
        };
        return (targets / divisor.clamp_min_(1e-30)).MoveToOuterDisposeScope();
    }

    private static Tensor Weight(Neighbourhood neighbourhood, Tensor difference, int[] offset) => neighbourhood.Operator switch
    {
        NeighbourhoodOperator.Bilateral => difference.abs().mean([1], keepdim: true) * Gaussian(neighbourhood, offset),
        NeighbourhoodOperator.Gradient => difference.abs().mean([1], keepdim: true),
        NeighbourhoodOperator.ImageProportionsL1 => difference.abs().mean([1], keepdim: true).neg().exp(),
        NeighbourhoodOperator.ImageProportionsL2 => difference.square().mean([1], keepdim: true).neg().exp(),
        NeighbourhoodOperator.BilateralFilter =>
            (difference.square().mean([1], keepdim: true) * (-0.5 / (neighbourhood.IntensitySigma * neighbourhood.IntensitySigma))).exp()
            * Gaussian(neighbourhood, offset),
        var other => throw new ArgumentOutOfRangeException(nameof(neighbourhood), other, $"'{other}' is no operator on images."),
    };

    private static double Gaussian(Neighbourhood neighbourhood, int[] offset) =>
        Math.Exp(-offset.Sum(i => i * i) / (2 * neighbourhood.Sigma * neighbourhood.Sigma));

    private static double GaussianSum(Neighbourhood neighbourhood, int rank) =>
        Offsets(rank, neighbourhood.KernelSize).Sum(offset => Gaussian(neighbourhood, offset));

    /// <summary>All offsets of the neighbourhood, the pixel itself included.</summary>
    private static IEnumerable<int[]> Offsets(int rank, int width) =>
        rank == 0
            ? [[]]
            : Offsets(rank - 1, width).SelectMany(head => Enumerable.Range(-(width / 2), width).Select(i => (int[])[.. head, i]));

    /// <summary>What lies at an offset from each pixel.</summary>
    private static Tensor Window(Tensor padded, int[] offset, Tensor image)
    {
        for (var axis = 0; axis < offset.Length; axis++)
        {
            var radius = (padded.shape[axis + 2] - image.shape[axis + 2]) / 2;
            padded = padded.narrow(axis + 2, radius + offset[axis], image.shape[axis + 2]);
        }
        return padded;
    }

    internal static Tensor Checked(Neighbourhood neighbourhood, PixelBatch batch, Tensor? image)
    {
        if (image is null)
            throw new ArgumentException(
                $"The neighbourhood '{neighbourhood}' compares intensities: call Forward(logits, labels, image).", nameof(image));
        long[] expected = [batch.Labels.shape[0], image.dim() > 1 ? image.shape[1] : 0, .. batch.Labels.shape[1..]];
        if (!image.is_floating_point() || image.dim() != expected.Length || !image.shape.SequenceEqual(expected) || expected[1] == 0)
            throw new ArgumentException(
                $"The image must be floating and (B, M, *S) like logits {LabelCheck.Text(batch.Logits)}, "
                + $"but is {image.dtype} {LabelCheck.Text(image)}.",
                nameof(image));
        return image.to(batch.Logits.dtype);
    }
}
