using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Display;

/// <summary>The analytic pixel against the loss that networks are trained with.</summary>
public sealed class MarginPixelTests
{
    public static TheoryData<int, double, double, double> Pixels => new()
    {
        { 2, 5, 0.1, 3 }, { 2, 5, 0.1, 7.5 }, { 4, 0, 0.1, 0.5 }, { 4, 2, 0.1, 3.3 }, { 4, 10, 0.3, 9.9 }, { 3, 1, 2, 4 },
    };

    [Theory]
    [MemberData(nameof(Pixels))]
    public void LossAndSlopeEqualThoseOfTheMarginLoss(int classes, double margin, double lambda, double d)
    {
        using var scope = NewDisposeScope();
        var distance = tensor(d, dtype: ScalarType.Float64, requires_grad: true);
        var logits = cat([distance.reshape(1), zeros(classes - 1, ScalarType.Float64)]).reshape(1, classes, 1, 1);
        var loss = MarginLoss.Compute(logits, zeros([1, 1, 1], ScalarType.Int64), margin, lambda);
        loss.backward();
        var pixel = new MarginPixel(classes, margin, lambda);

        Assert.Equal(loss.item<double>(), pixel.CrossEntropy(d) + pixel.Penalty(d), 6);
        Assert.Equal(distance.grad!.item<double>(), pixel.CrossEntropySlope(d) + pixel.PenaltySlope(d), 6);
        Assert.Equal(nn.functional.softmax(logits, 1)[0, 0, 0, 0].item<double>(), pixel.Confidence(d), 6);
    }

    [Theory]
    [InlineData(4, 0, 0.1)]
    [InlineData(4, 3, 0.1)]
    [InlineData(4, 5, 0.1)]
    [InlineData(2, 1, 0.5)]
    [InlineData(2, 1, 3)] // the penalty pulls harder than cross-entropy ever pushes
    public void TheLossIsLowestWhereItRests(int classes, double margin, double lambda)
    {
        var pixel = new MarginPixel(classes, margin, lambda);
        double Loss(double d) => pixel.CrossEntropy(d) + pixel.Penalty(d);
        var scanned = Enumerable.Range(0, 200_001).Select(i => i * 1e-4).MinBy(Loss);

        Assert.Equal(scanned, pixel.RestingDistance, 1e-3);
    }

    [Fact]
    public void WithoutAPenaltyTheLossNeverRests()
    {
        var pixel = new MarginPixel(4, double.PositiveInfinity, 0.1);

        Assert.Equal(double.PositiveInfinity, pixel.RestingDistance);
        Assert.Equal(0, pixel.Penalty(1000));
        Assert.Equal(0, pixel.PenaltySlope(1000));
    }

    [Theory]
    [InlineData(1, 5, 0.1)]
    [InlineData(4, -1, 0.1)]
    [InlineData(4, double.NaN, 0.1)]
    [InlineData(4, 5, 0)]
    [InlineData(4, 5, double.PositiveInfinity)]
    public void NumbersOutsideTheirRangeAreRefused(int classes, double margin, double lambda) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MarginPixel(classes, margin, lambda));
}
