using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class ComparedSliceTests
{
    private const int Height = 6;
    private const int Width = 8;

    [Fact]
    public void TheCutHoldsAllForegroundOfTruthAndPredictions()
    {
        var (truth, labels) = (new byte[Height * Width], new byte[Height * Width]);
        truth[(2 * Width) + 3] = 1;
        labels[(3 * Width) + 5] = 2;
        var cut = Slice(truth, labels).Cropped(1);

        // Rows 2 to 3 and columns 3 to 5: three wide, a square with one pixel around it.
        Assert.Equal((5, 5), (cut.Height, cut.Width));
        Assert.Equal(1, cut.Truth.Count(label => label == 1));
        Assert.Equal(1, cut.Methods[0].Labels.Count(label => label == 2));
        var seen = Array.IndexOf(cut.Truth, (byte)1);
        Assert.Equal((2 * Width) + 3, cut.Image[seen]); // pixels keep their place in all arrays
        Assert.Equal(((2 * Width) + 3) / 100f, cut.Methods[0].Confidence[seen]);
        Assert.Equal(1, cut.Image[1] - cut.Image[0]);
        Assert.Equal(Width, cut.Image[5] - cut.Image[0]);
    }

    [Fact]
    public void TheSliceIsNeverLeft()
    {
        var truth = new byte[Height * Width];
        truth[0] = truth[^1] = 1;
        var whole = Slice(truth, truth).Cropped(10);
        Assert.Equal((Height, Width), (whole.Height, whole.Width));

        var corner = new byte[Height * Width];
        corner[^1] = 1;
        var cut = Slice(corner, corner).Cropped(1);
        Assert.Equal((3, 3), (cut.Height, cut.Width));
        Assert.Equal(1, cut.Truth[^1]); // moved inwards, not cut off
    }

    [Fact]
    public void ASliceOfBackgroundStaysWhole()
    {
        var nothing = new byte[Height * Width];
        Assert.Equal(Height * Width, Slice(nothing, nothing).Cropped(1).Truth.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Slice(nothing, nothing).Cropped(-1));
    }

    private static ComparedSlice Slice(byte[] truth, byte[] labels) => new(
        "a", [.. Enumerable.Range(0, truth.Length).Select(p => (float)p)], truth, Height, Width,
        [new SlicePrediction("CE", labels, [.. Enumerable.Range(0, truth.Length).Select(p => p / 100f)])]);
}
