using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;
using MarginNotebooks.Tests.Statistics;

namespace MarginNotebooks.Tests.Display;

public sealed class CriticalDifferenceDiagramTests
{
    [Fact]
    public void Every_method_has_a_line_from_its_average_rank()
    {
        var data = Data(6, shift: 4);
        var figure = CriticalDifferenceDiagram.Draw(data);
        foreach (var (method, rank) in data.Ranking)
        {
            var line = Assert.Single(MadeUp.Traces(figure, method));
            Assert.Equal(rank, MadeUp.Numbers(line.GetProperty("x"))[0], 12);
            Assert.Equal(0, MadeUp.Numbers(line.GetProperty("y"))[0]);
        }

        // The better half ends at the left of the axis, the others at the right; no two names share a place.
        var ends = data.Ranking.Select(place => MadeUp.Traces(figure, place.Method)[0])
            .Select(line => (X: MadeUp.Numbers(line.GetProperty("x"))[2], Y: MadeUp.Numbers(line.GetProperty("y"))[2])).ToArray();
        Assert.All(ends[..3], end => Assert.True(end.X < 1));
        Assert.All(ends[3..], end => Assert.True(end.X > 6));
        Assert.Equal(6, ends.Distinct().Count());
    }

    [Fact]
    public void Bars_join_the_groups_and_the_difference_has_its_length()
    {
        var data = Data(6, shift: 4);
        Assert.NotEmpty(data.Groups);
        var figure = CriticalDifferenceDiagram.Draw(data);
        var bars = MadeUp.Traces(figure, "group");
        Assert.Equal(data.Groups.Count, bars.Length);
        for (var g = 0; g < bars.Length; g++)
        {
            var x = MadeUp.Numbers(bars[g].GetProperty("x"));
            Assert.True(x[0] < data.Ranking[data.Groups[g].First].Rank && data.Ranking[data.Groups[g].Last].Rank < x[1]);
        }

        var length = MadeUp.Numbers(Assert.Single(MadeUp.Traces(figure, "critical difference")).GetProperty("x"));
        Assert.Equal(data.Value, length[1] - length[0], 12);
        Assert.Contains(FormattableString.Invariant($"CD = {data.Value:0.00}"), MadeUp.Annotations(figure));
    }

    [Fact]
    public void Methods_that_all_differ_have_no_bar_and_words_say_so()
    {
        double[][] values = [.. Enumerable.Range(0, 60).Select(_ => new double[] { 1, 2, 3 })];
        var figure = CriticalDifferenceDiagram.Draw(CriticalDifference.Of(FriedmanTest.Of(Matrices.Of(values))));
        Assert.Empty(MadeUp.Traces(figure, "group"));
        Assert.Contains("all methods differ", figure.AltText);
        Assert.Contains("a 1.00, b 2.00, c 3.00", figure.AltText);
    }

    [Fact]
    public void Names_are_shown_as_they_are_and_two_methods_are_enough()
    {
        var scores = ScoreMatrix.Of("dsc", true, [("a<b>", Values(1)), ("c & d", Values(2))]);
        var figure = CriticalDifferenceDiagram.Draw(CriticalDifference.Of(FriedmanTest.Of(scores)), "Ranks", "three patients");
        Assert.Contains(MadeUp.Annotations(figure), text => text.Contains("a&lt;b&gt;", StringComparison.Ordinal));
        Assert.Contains("three patients", MadeUp.Json(figure).GetProperty("layout").GetProperty("title").GetProperty("text").GetString());

        static IReadOnlyList<CaseValue> Values(double value) => [.. new[] { "x", "y", "z" }.Select(name => new CaseValue(name, name, value))];
    }

    private static CriticalDifference Data(int methods, double shift)
    {
        var values = Matrices.Random(new Random(5), 25, methods, 30);
        foreach (var row in values)
            for (var m = 0; m < methods; m++)
                row[m] += m * shift;
        return CriticalDifference.Of(FriedmanTest.Of(Matrices.Of(values)));
    }
}
