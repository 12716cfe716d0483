using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class PostHocTests
{
    [Fact]
    public void Nemenyi_equals_scipys_distribution()
    {
        var test = FriedmanTest.Of(Matrices.Of(Matrices.Random(new Random(1), 25, 5, 20)));
        var p = PostHoc.Nemenyi(test);
        var pairs = (from i in Enumerable.Range(0, 5) from j in Enumerable.Range(0, 5) where i != j select (i, j)).ToArray();
        var expected = Scipy.Evaluate(
            "stats.studentized_range.sf(np.sqrt(2) * abs(a - b) / np.sqrt(5 * 6 / (6 * 25)), 5, np.inf)",
            pairs.Select(pair => new { a = test.AverageRanks[pair.i], b = test.AverageRanks[pair.j] }));
        for (var q = 0; q < pairs.Length; q++)
            Scipy.Close(expected[q][0], p[pairs[q].i, pairs[q].j], 1e-6, 1e-9);
        for (var i = 0; i < 5; i++)
            Assert.Equal(1, p[i, i]);
    }

    [Fact]
    public void Comparison_with_a_control_is_normal_with_holms_correction()
    {
        var test = FriedmanTest.Of(Matrices.Of(Matrices.Random(new Random(2), 30, 4, 100)));
        var found = PostHoc.AgainstControl(test, "b");
        Assert.Equal(["a", "c", "d"], found.Select(comparison => comparison.Method));
        var expected = Scipy.Evaluate(
            "(lambda z: [z, 2 * stats.norm.sf(abs(z))])((a - b) / np.sqrt(4 * 5 / (6 * 30)))",
            new[] { 0, 2, 3 }.Select(m => new { a = test.AverageRanks[m], b = test.AverageRanks[1] }));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(expected[i][0], found[i].Z, 1e-12);
            Scipy.Close(expected[i][1], found[i].PValue, 1e-9);
        }

        Assert.Equal(HolmCorrection.Adjust([.. found.Select(comparison => comparison.PValue)]), found.Select(comparison => comparison.Adjusted));
        Assert.Contains("a, b, c, d", Assert.Throws<ArgumentException>(() => PostHoc.AgainstControl(test, "z")).Message);
    }

    [Fact]
    public void Nemenyi_rejects_where_ranks_are_a_critical_difference_apart()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            var values = Matrices.Random(random, 12, 4, 10);
            foreach (var row in values)
                row[0] += trial % 7;
            var test = FriedmanTest.Of(Matrices.Of(values));
            var (p, cd) = (PostHoc.Nemenyi(test), CriticalDifference.Of(test, 0.05).Value);
            for (var i = 0; i < 4; i++)
                for (var j = 0; j < i; j++)
                    Assert.Equal(p[i, j] <= 0.05, Math.Abs(test.AverageRanks[i] - test.AverageRanks[j]) >= cd);
        }
    }
}
