using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class ClasswiseMarginLossTests
{
    private const int C = 3;
    private static readonly double[] Margins = [0.5, 2, 4];

    [Fact]
    public void Value_and_gradient_are_those_of_the_formula() =>
        Transcription.Check(ignored => new ClasswiseMarginLoss(Margins, 0.3) { IgnoreIndex = ignored }, (logits, labels) =>
            Transcription.Pixels(logits, labels, C, 2).Average(p => Transcription.CrossEntropy(p.Logits, p.Label)
                + 0.3 * Enumerable.Range(0, C).Average(k => Math.Max(0, p.Logits.Max() - p.Logits[k] - Margins[k]))), [2, C, 3, 4]);

    [Fact]
    public void Rare_classes_may_lie_further_below()
    {
        var margins = ClasswiseMarginLoss.Margins([1000, 100, 0], 5, 1);
        Assert.Equal([5, 5 + Math.Log(10), 5 + Math.Log(1000)], margins);
        Assert.Equal([5.0, 5.0, 5.0], ClasswiseMarginLoss.Margins([1000, 100, 0], 5, 0));
    }

    [Fact]
    public void Until_classes_are_counted_it_is_the_plain_margin_loss()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(1, ScalarType.Float32, 2, C, 3, 4);
        var labels = Tensors.Classes(2, C, 2, 3, 4);
        var loss = new ClasswiseMarginLoss(3, 0.1, 1);
        Assert.True(loss.NeedsClassCounts);
        var plain = new MarginLoss(3, 0.1).Forward(logits, labels).Total.item<float>();
        Assert.Equal(plain, loss.Forward(logits, labels).Total.item<float>());
        loss.ObserveClassCounts([100, 10]);
        // The third class never occurs: it counts like the rarest.
        var expected = new ClasswiseMarginLoss([3, 3 + Math.Log(10), 3 + Math.Log(10)], 0.1).Forward(logits, labels).Total.item<float>();
        Assert.Equal(expected, loss.Forward(logits, labels).Total.item<float>());
        Assert.NotEqual(plain, expected);
        var resumed = new ClasswiseMarginLoss(3, 0.1, 1);
        resumed.LoadState(loss.SaveState());
        Assert.Equal(expected, resumed.Forward(logits, labels).Total.item<float>());
    }

    [Fact]
    public void A_wrong_number_of_margins_is_named()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(
            () => new ClasswiseMarginLoss([1, 2], 0.1).Forward(zeros(1, 3, 4), zeros([1, 4], ScalarType.Int64)));
        Assert.Contains("2 margins", error.Message);
        Assert.Contains("margins[1]", Assert.Throws<ArgumentOutOfRangeException>(() => new ClasswiseMarginLoss([1, -2], 0.1)).Message);
    }
}
