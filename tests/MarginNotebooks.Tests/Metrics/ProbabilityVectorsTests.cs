using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ProbabilityVectorsTests
{
    [Fact]
    public void Few_pixels_are_all_kept()
    {
        var vectors = Evidence(Random(1, 500)).Vectors;
        Assert.Equal((500, 500L), (vectors.Count, vectors.Pixels));
    }

    [Fact]
    public void A_draw_does_not_depend_on_the_order()
    {
        var input = Random(2, 9000);
        static string[] Text(ProbabilityVectors vectors) =>
            [.. Enumerable.Range(0, vectors.Count).Select(i => $"{vectors.Label(i)}: {string.Join(' ', vectors.Probability(i).ToArray())}")];
        var drawn = Evidence(input).Vectors;
        Assert.Equal(ProbabilityVectors.MaximumVectors, drawn.Count);
        Assert.Equal(Text(drawn), Text(Evidence(Shuffled(input, 3)).Vectors));
    }

    [Fact]
    public void Pixels_that_are_all_alike_are_drawn_in_their_share()
    {
        // Three quarters of the pixels are one and the same vector.
        var input = Random(4, 40000);
        for (var i = 0; i < 30000; i++)
            (input.Probabilities[0][i], input.Probabilities[1][i], input.Probabilities[2][i], input.Labels[i]) = (1, 0, 0, 0);
        var drawn = Evidence(input).Vectors;
        var alike = Enumerable.Range(0, drawn.Count).Count(i => drawn.Probability(i)[0] == 1);
        Assert.InRange((double)alike / drawn.Count, 0.70, 0.80);
    }
}
