using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class StudentizedRangeTests
{
    // SciPy integrates to about 1e-8 or better here.
    [Fact]
    public void Equals_scipy()
    {
        var questions = (from k in new[] { 2, 3, 5, 10, 40 } from q in new[] { 0.01, 0.5, 1, 2.5, 3.3, 4, 5.5, 7 } select (q, k)).ToArray();
        var expected = Scipy.Evaluate("stats.studentized_range.sf(q, k, np.inf)", questions.Select(question => new { question.q, question.k }));
        for (var i = 0; i < questions.Length; i++)
            Scipy.Close(expected[i][0], StudentizedRange.Survival(questions[i].q, questions[i].k), 1e-6, 1e-10);
    }

    [Fact]
    public void Critical_values_equal_scipys()
    {
        var questions = (from k in new[] { 2, 3, 4, 8, 20 } from alpha in new[] { 0.1, 0.05, 0.01 } select (alpha, k)).ToArray();
        var expected = Scipy.Evaluate(
            "stats.studentized_range.ppf(1 - alpha, k, np.inf)", questions.Select(question => new { question.alpha, question.k }));
        for (var i = 0; i < questions.Length; i++)
            Scipy.Close(expected[i][0], StudentizedRange.Critical(questions[i].alpha, questions[i].k), 1e-6);
    }

    // Demšar 2006, table 5: q_0.05 and q_0.10 for the Nemenyi test.
    [Theory]
    [InlineData(2, 1.960, 1.645)]
    [InlineData(3, 2.343, 2.052)]
    [InlineData(4, 2.569, 2.291)]
    [InlineData(5, 2.728, 2.459)]
    [InlineData(10, 3.164, 2.920)]
    public void Equals_the_published_table(int groups, double five, double ten)
    {
        Assert.Equal(five, StudentizedRange.Critical(0.05, groups) / Math.Sqrt(2), 1.1e-3);
        Assert.Equal(ten, StudentizedRange.Critical(0.10, groups) / Math.Sqrt(2), 1.1e-3);
    }

    [Fact]
    public void Of_two_numbers_it_is_their_difference_down_to_tiny_tails()
    {
        foreach (var q in new[] { 1e-6, 0.1, 1, 3, 8, 15, 30, 42 })
            Scipy.Close(MathNet.Numerics.SpecialFunctions.Erfc(q / 2), StudentizedRange.Survival(q, 2), 1e-10);
        Scipy.Close(1.96 * Math.Sqrt(2), StudentizedRange.Critical(2 * Tails.Normal(1.96), 2), 1e-12);
    }

    [Fact]
    public void A_sample_of_ranges_follows_it()
    {
        var random = new Random(4);
        const int Draws = 20000;
        var above = 0;
        for (var i = 0; i < Draws; i++)
        {
            double low = double.MaxValue, high = double.MinValue;
            for (var j = 0; j < 6; j++)
            {
                var z = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                (low, high) = (Math.Min(low, z), Math.Max(high, z));
            }

            above += high - low >= 3 ? 1 : 0;
        }

        var p = StudentizedRange.Survival(3, 6);
        Assert.Equal(p, above / (double)Draws, 4 * Math.Sqrt(p * (1 - p) / Draws));
    }

    [Fact]
    public void Bounds()
    {
        Assert.Equal(1, StudentizedRange.Survival(0, 5));
        Assert.Equal(1, StudentizedRange.Survival(-1, 5));
        Assert.Equal(double.NaN, StudentizedRange.Survival(double.NaN, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentizedRange.Survival(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentizedRange.Critical(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentizedRange.Critical(1, 3));
    }
}
