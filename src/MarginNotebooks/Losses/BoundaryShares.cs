using MarginNotebooks.Losses.Fused;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Each class's share of the label boundary around each pixel: the target of <see cref="SdcCalibrationLoss"/>.</summary>
internal static class BoundaryShares
{
    /// <returns>(B, C, *S) without gradient.</returns>
    public static Tensor Targets(PixelBatch batch, Tensor? image)
    {
        using var noGrad = no_grad();
        if (!batch.Fused)
            return OnTensors(batch);
        return batch.Logits.dtype == ScalarType.Float32 ? BoundaryKernel.Targets<float>(batch) : BoundaryKernel.Targets<double>(batch);
    }

    private static Tensor OnTensors(PixelBatch batch)
    {
        using var scope = NewDisposeScope();
        var present = batch.OneHot;
        var counted = batch.Ignored is null ? ones_like(present.narrow(1, 0, 1)) : batch.Ignored.logical_not().unsqueeze(1).to(present.dtype);
        var boundary = Largest(present) * Largest(counted - present) * counted;
        for (var axis = 2L; axis < boundary.dim(); axis++)
        {
            var length = boundary.shape[axis];
            if (length == 0)
                continue;
            // Mirrored without repeating the edge; an axis of one pixel has nothing else to show.
            var padded = cat(
                [boundary.narrow(axis, Math.Min(1, length - 1), 1), boundary, boundary.narrow(axis, Math.Max(0, length - 2), 1)], axis);
            boundary = padded.narrow(axis, 0, length) + boundary + padded.narrow(axis, 2, length);
        }

        return (boundary / boundary.sum(1, keepdim: true).clamp_min_(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Largest value at most one step away; nothing lies beyond the image.</summary>
    private static Tensor Largest(Tensor x)
    {
        for (var axis = 2L; axis < x.dim(); axis++)
        {
            var length = x.shape[axis];
            var padded = SpatialShift.Pad(x, axis, 1, repeated: false);
            x = padded.narrow(axis, 0, length).maximum(x).maximum(padded.narrow(axis, 2, length));
        }

        return x;
    }
}
