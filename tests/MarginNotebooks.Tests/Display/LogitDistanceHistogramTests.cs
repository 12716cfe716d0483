using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Display;

public sealed class LogitDistanceHistogramTests
{
    [Fact]
    public void CountsAgreeWithALoopOverPixels()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        const int classes = 4;
        var logits = randn(2, classes, 5, 6) * 4;
        var labels = randint(0, classes + 1, [2, 5, 6]);
        labels = where(labels == classes, full_like(labels, 255), labels);
        foreach (var region in Enum.GetValues<PixelRegion>())
        {
            var histogram = new LogitDistanceHistogram(0.5, 20);
            histogram.Add(logits, labels, region);
            var (own, others) = Loop(logits, labels, region, 20);

            Assert.Equal(own, histogram.OfTrueClass);
            Assert.Equal(others, histogram.OfOtherClasses);
            Assert.Equal(own.Sum() * (classes - 1), others.Sum());
        }
    }

    [Fact]
    public void EdgesBelongToTheBinBelowAndTheRestIsKept()
    {
        using var scope = NewDisposeScope();
        // Distances 0 (true, right), 1, 2 and 2.5; bins (0, 1], (1, 2] and beyond.
        var histogram = new LogitDistanceHistogram(1, 2);
        histogram.Add(tensor(new[] { 2.5f, 1.5f, 0.5f, 0f }, [1, 4, 1]), zeros([1, 1], ScalarType.Int64));

        Assert.Equal([1, 0, 0], histogram.OfTrueClass);
        Assert.Equal([1, 1, 1], histogram.OfOtherClasses);
        Assert.Equal(2 / 3.0, histogram.ShareAbove(1), 1e-15);
        Assert.Equal(1 / 3.0, histogram.ShareAbove(2), 1e-15);
        Assert.Equal(1, histogram.ShareAbove(0));
    }

    [Fact]
    public void BatchesAddUpAndOrderDoesNotMatter()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (logits, labels) = (randn(4, 3, 8, 8) * 3, randint(0, 3, [4, 8, 8]));
        var whole = new LogitDistanceHistogram();
        whole.Add(logits, labels);
        var (first, second) = (new LogitDistanceHistogram(), new LogitDistanceHistogram());
        first.Add(logits.narrow(0, 2, 2), labels.narrow(0, 2, 2));
        second.Add(logits.narrow(0, 0, 2), labels.narrow(0, 0, 2));
        first.Add(second);

        Assert.Equal(whole.OfTrueClass, first.OfTrueClass);
        Assert.Equal(whole.OfOtherClasses, first.OfOtherClasses);
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        using var scope = NewDisposeScope();
        var histogram = new LogitDistanceHistogram(0.5, 10);

        Assert.Contains("(1, 3, 4) and labels (1, 5)", Assert.Throws<ArgumentException>(
            () => histogram.Add(zeros(1, 3, 4), zeros([1, 5], ScalarType.Int64))).Message);
        Assert.Contains("Label 3 is outside 0…2", Assert.Throws<ArgumentException>(
            () => histogram.Add(zeros(1, 3, 4), full([1, 4], 3, ScalarType.Int64))).Message);
        Assert.Throws<InvalidOperationException>(() => histogram.Add(full([1, 3, 4], double.NaN), zeros([1, 4], ScalarType.Int64)));
        Assert.Contains("multiples of 0.5 up to 5", Assert.Throws<ArgumentOutOfRangeException>(() => histogram.ShareAbove(0.7)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.ShareAbove(5.5));
        Assert.Throws<ArgumentException>(() => histogram.Add(new LogitDistanceHistogram(1, 10)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogitDistanceHistogram(0));
        Assert.True(double.IsNaN(histogram.ShareAbove(1)));
        Assert.Equal(0, histogram.Pixels); // nothing of the refused batches was kept
    }

    private static (long[] Own, long[] Others) Loop(Tensor logits, Tensor labels, PixelRegion region, int bins)
    {
        var (own, others) = (new long[bins + 1], new long[bins + 1]);
        for (var n = 0; n < labels.shape[0]; n++)
            for (var y = 0; y < labels.shape[1]; y++)
                for (var x = 0; x < labels.shape[2]; x++)
                {
                    var truth = labels[n, y, x].item<long>();
                    float[] l = [.. Enumerable.Range(0, (int)logits.shape[1]).Select(k => logits[n, k, y, x].item<float>())];
                    var predicted = Array.IndexOf(l, l.Max());
                    if (truth == 255 || (region == PixelRegion.Foreground && truth == 0) || (region == PixelRegion.ForegroundUnion && truth == 0 && predicted == 0))
                        continue;
                    for (var k = 0; k < l.Length; k++)
                    {
                        var bin = Math.Clamp((int)Math.Ceiling((double)(l.Max() - l[k]) / 0.5) - 1, 0, bins);
                        (k == truth ? own : others)[bin]++;
                    }
                }

        return (own, others);
    }
}
