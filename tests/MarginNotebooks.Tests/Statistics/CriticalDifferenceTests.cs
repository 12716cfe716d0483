using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class CriticalDifferenceTests
{
    [Fact]
    public void Equals_the_published_example()
    {
        // Demšar 2006, section 3.2.3: four classifiers on 14 data sets, CD = 2.569·sqrt(4·5/(6·14)) = 1.25 at 0.05 and 1.12 at 0.10.
        var friedman = FriedmanTest.Of(Matrices.Of(Matrices.Random(new Random(1), 14, 4, 50)));
        Assert.Equal(1.25, CriticalDifference.Of(friedman).Value, 5e-3);
        Assert.Equal(1.12, CriticalDifference.Of(friedman, 0.10).Value, 5e-3);
    }

    [Fact]
    public void Groups_are_maximal_and_hold_only_methods_that_do_not_differ()
    {
        var random = new Random(2);
        var sizes = new HashSet<int>();
        for (var trial = 0; trial < 60; trial++)
        {
            var values = Matrices.Random(random, 15, 7, 30);
            foreach (var row in values)
                for (var m = 0; m < 7; m++)
                    row[m] += m * (trial % 10);
            var data = CriticalDifference.Of(FriedmanTest.Of(Matrices.Of(values)));
            var ranks = data.Ranking.Select(place => place.Rank).ToArray();
            Assert.Equal(ranks.Order(), ranks);
            sizes.Add(data.Groups.Count);
            // Every pair that does not differ is in a group together, and no other pair is.
            for (var i = 0; i < 7; i++)
                for (var j = i + 1; j < 7; j++)
                    Assert.Equal(ranks[j] - ranks[i] < data.Value, data.Groups.Any(group => group.First <= i && j <= group.Last));
            foreach (var group in data.Groups)
                Assert.DoesNotContain(data.Groups, other => other != group && other.First <= group.First && group.Last <= other.Last);
        }

        Assert.True(sizes.Count > 2, "the trials should give different numbers of groups");
    }

    [Fact]
    public void The_chance_of_a_false_difference_stays_at_the_level()
    {
        var random = new Random(3);
        const int Trials = 1500;
        var wrong = 0;
        for (var t = 0; t < Trials; t++)
        {
            var data = CriticalDifference.Of(FriedmanTest.Of(Matrices.Of(Matrices.Random(random, 40, 5, 1000000))));
            wrong += data.Groups is [(0, 4)] ? 0 : 1;
        }

        Assert.InRange(wrong / (double)Trials, 0.025, 0.05 + 3.5 * Math.Sqrt(0.05 * 0.95 / Trials));
    }
}
