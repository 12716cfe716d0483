using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class PenaltyBoundsTests
{
    [Fact]
    public void EveryStatementHoldsForEverySample()
    {
        var table = PenaltyBounds.Check([2, 3, 19], samples: 3000);
        var held = table.Frame.GetColumn<string>("Holds in").Values.ToArray();
        Assert.Equal(15, held.Length);
        Assert.All(held, text => Assert.Equal("3000 of 3000", text));
    }

    [Fact]
    public void TheDistanceBoundsAreTightWithinLogK()
    {
        // The first difference is D − KL, between 0 and log K; the second is what is left of log K.
        var table = PenaltyBounds.Check([4], samples: 3000);
        var largest = table.Frame.GetColumn<string>("Largest difference").Values.Select(double.Parse).ToArray();
        Assert.InRange(largest[0], 1.3, Math.Log(4) + 0.005);
        Assert.InRange(largest[1], 1.3, Math.Log(4) + 0.005);
    }

    [Fact]
    public void ABrokenStatementWouldBeSeen()
    {
        // For γ below 1 the focal bound is not implied, and the check refuses to claim it.
        Assert.Throws<ArgumentOutOfRangeException>(() => PenaltyBounds.Check([3], gamma: 0.5));
        Assert.Throws<ArgumentException>(() => PenaltyBounds.Check([1]));
        Assert.Throws<ArgumentException>(() => PenaltyBounds.Check([]));
    }
}
