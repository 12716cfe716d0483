using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ForegroundMeanIoUTests : IDisposable
{
    private readonly DisposeScope _scope;

    public ForegroundMeanIoUTests()
    {
        TorchRuntime.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Areas_are_pooled_before_dividing()
    {
        var score = new ForegroundMeanIoU(2);
        score.Add(tensor(new long[] { 1, 1, 0, 0 }, 1, 4), tensor(new long[] { 1, 0, 0, 0 }, 1, 4)); // 1 of 2
        score.Add(tensor(new long[] { 1, 1, 1, 1 }, 1, 4), tensor(new long[] { 1, 1, 1, 1 }, 1, 4)); // 4 of 4
        Assert.Equal(5.0 / 6, score.Value, 1e-9);
        Assert.Equal(10.0 / 11, score.Dice, 1e-9);
    }

    [Fact]
    public void Logits_of_any_kind_and_labels_of_bytes_give_the_same()
    {
        var logits = randn([2, 3, 8, 8], generator: new Generator(3));
        var labels = randint(0, 3, [2, 8, 8], generator: new Generator(4), dtype: ScalarType.Int64);
        labels[0, 0] = 255;
        var (one, two) = (new ForegroundMeanIoU(3), new ForegroundMeanIoU(3));
        one.AddLogits(logits, labels);
        two.Add(logits.to(ScalarType.Float64).argmax(1).to(ScalarType.Int32), labels.to(ScalarType.Byte));
        Assert.Equal(one.Value, two.Value);
        Assert.Equal(2 * 64 - 8, Enumerable.Range(0, 3).Sum(k => one.Areas(k).Reference));
    }

    [Fact]
    public void Only_ignored_pixels_leave_it_empty()
    {
        var score = new ForegroundMeanIoU(3);
        score.Add(zeros(2, 2, ScalarType.Int64), full(2, 2, 255, ScalarType.Int64));
        Assert.Equal(0, score.Value);
        Assert.Equal(0, score.Areas(0).Union);
    }

    [Fact]
    public void Values_out_of_range_are_named()
    {
        var score = new ForegroundMeanIoU(3);
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => score.Add(zeros(4, ScalarType.Int64), full(4, 7, ScalarType.Int64))).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => score.Add(full(4, -1, ScalarType.Int64), zeros(4, ScalarType.Int64))).Message);
        Assert.Throws<ArgumentException>(() => score.Add(zeros(4, ScalarType.Int64), zeros(5, ScalarType.Int64)));
    }
}
