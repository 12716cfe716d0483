namespace MarginNotebooks.Data;

/// <summary>The size that the slices of a data set are cropped and padded to for training and evaluation.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Multiple">0: exactly this size, larger slices lose their rim. Otherwise larger slices are kept whole, and the size grows
/// to the
/// next multiple of this number that holds them all.</param>
public readonly record struct SliceFit(int Height, int Width, int Multiple = 0)
{
    /// <summary>The one size that all these cases get.</summary>
    /// <param name="cases">The cases of a training part, or the single case to evaluate.</param>
    /// <returns>Rows and columns.</returns>
    public (int Height, int Width) SizeFor(IEnumerable<SegmentationCase> cases) =>
        SizeFor(cases.Select(item => (item.Height, item.Width)));

    /// <summary>The rule for slices that were made smaller.</summary>
    /// <param name="factor">By how much; see <see cref="InPlaneDownsampling"/>.</param>
    /// <returns>An exact size divided; or a least size, divided and rounded up to the multiple.</returns>
    public SliceFit Downsampled(int factor) => Multiple == 0
        ? new(Height / factor, Width / factor)
        : new(RoundUp((Height + factor - 1) / factor, Multiple), RoundUp((Width + factor - 1) / factor, Multiple), Multiple);

    /// <summary>The one size that cases of these sizes get.</summary>
    internal (int Height, int Width) SizeFor(IEnumerable<(int Height, int Width)> sizes)
    {
        var (height, width) = (Height, Width);
        if (Multiple == 0)
            return (height, width);
        foreach (var size in sizes)
        {
            height = Math.Max(height, RoundUp(size.Height, Multiple));
            width = Math.Max(width, RoundUp(size.Width, Multiple));
        }
        return (height, width);
    }

    /// <summary>A case at the size that this rule gives it alone.</summary>
    /// <param name="item">The case.</param>
    /// <returns>The cropped or padded case; the same one when it fits already.</returns>
    public SegmentationCase Apply(SegmentationCase item)
    {
        var (height, width) = SizeFor([item]);
        return item.CropOrPad(height, width);
    }

    private static int RoundUp(int size, int multiple) => (size + multiple - 1) / multiple * multiple;
}
