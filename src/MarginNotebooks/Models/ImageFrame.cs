using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>How an image is brought to a size that a network can halve often enough, and its logits back to the image's own.</summary>
/// <remarks>
/// Padding is at the bottom and the right and repeats the last row and column: zeros would be an edge that is not in the image. Where
/// nothing is missing the tensors pass through as they are.
/// </remarks>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
/// <param name="Bottom">Rows to add.</param>
/// <param name="Right">Columns to add.</param>
internal readonly record struct ImageFrame(long Height, long Width, long Bottom, long Right)
{
    /// <summary>The frame of a batch for a network that takes multiples of one number.</summary>
    internal static ImageFrame Of(Tensor images, int channels, int multiple) => Of(images, channels, multiple, multiple);

    /// <summary>The frame of a batch.</summary>
    /// <param name="images"><c>(B, C, H, W)</c>.</param>
    /// <param name="channels">The C that the network takes.</param>
    /// <param name="rows">Heights have to be multiples of this.</param>
    /// <param name="columns">Widths have to be multiples of this.</param>
    /// <exception cref="ArgumentException">Another number of axes or channels.</exception>
    internal static ImageFrame Of(Tensor images, int channels, int rows, int columns)
    {
        if (images.ndim != 4 || images.shape[1] != channels)
            throw new ArgumentException(
                $"This network takes (B, {channels}, H, W), but the input has the shape ({string.Join(", ", images.shape)}).", nameof(images));
        var (height, width) = (images.shape[2], images.shape[3]);
        return new(height, width, (rows - height % rows) % rows, (columns - width % columns) % columns);
    }

    /// <summary>The padded images.</summary>
    internal Tensor Pad(Tensor images) => Bottom == 0 && Right == 0
        ? images
        : nn.functional.pad(images, [0, Right, 0, Bottom], PaddingModes.Replicate);

    /// <summary>A view of the part of a padded map that belongs to the image.</summary>
    /// <param name="map">A map of the padded size, or of every n-th row and column of it.</param>
    /// <param name="rowStride">n for rows.</param>
    /// <param name="columnStride">n for columns.</param>
    internal Tensor Crop(Tensor map, int rowStride = 1, int columnStride = 1)
    {
        var (rows, columns) = ((Height + rowStride - 1) / rowStride, (Width + columnStride - 1) / columnStride);
        return map.shape[2] == rows && map.shape[3] == columns ? map : map.narrow(2, 0, rows).narrow(3, 0, columns);
    }
}
