using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class IntensityDistributionTests
{
    private static readonly DatasetContents Set = DatasetContents.OfPhantom(new PhantomOptions { Patients = 10, Size = 24, Depth = 2 });

    [Fact]
    public void Every_class_is_a_line_that_adds_up_to_one()
    {
        var figure = IntensityDistribution.Draw(Set);
        foreach (var (name, k) in Set.Info.ClassNames.Select((name, k) => (name, k)))
        {
            var trace = Assert.Single(MadeUp.Traces(figure, name));
            var shares = MadeUp.Numbers(trace.GetProperty("customdata"));
            Assert.Equal(1, shares.Sum(), 1e-5);
            // The axis is square-rooted; hovering tells the share itself.
            Assert.All(MadeUp.Numbers(trace.GetProperty("y")).Zip(shares), pair => Assert.Equal(Math.Sqrt(pair.Second), pair.First, 1e-3));
            var bin = Enumerable.Range(0, CaseContents.Bins).MaxBy(b => Set.Cases.Sum(item => item.Histogram[k * CaseContents.Bins + b]));
            Assert.Equal(bin, shares.IndexOf(shares.Max()));
        }
        Assert.Contains("background most often around", figure.AltText);
    }

    [Fact]
    public void Ticks_are_at_the_roots_of_what_they_say()
    {
        var axis = MadeUp.Json(IntensityDistribution.Draw(Set)).GetProperty("layout").GetProperty("yaxis");
        var texts = axis.GetProperty("ticktext").EnumerateArray().Select(text => double.Parse(text.GetString()!.Split(' ')[0]) / 100);
        Assert.All(MadeUp.Numbers(axis.GetProperty("tickvals")).Zip(texts), pair => Assert.Equal(pair.Second, pair.First * pair.First, 1e-9));
    }
}
