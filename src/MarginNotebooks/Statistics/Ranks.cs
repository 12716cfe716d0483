namespace MarginNotebooks.Statistics;

/// <summary>Ranks with ties: equal values share the mean of the places they take.</summary>
/// <remarks><c>Ranks.Of([10, 20, 20, 5])</c> is 2, 3.5, 3.5, 1. Values must be equal to the last digit to be tied.</remarks>
public static class Ranks
{
    /// <summary>Ranks of values, 1 for the smallest.</summary>
    /// <param name="values">The values; infinite ones are ranked at the ends.</param>
    /// <returns>A rank for each value, in the order given.</returns>
    /// <exception cref="ArgumentException">A value is NaN, which has no place.</exception>
    public static double[] Of(ReadOnlySpan<double> values)
    {
        var order = Order(values);
        var ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = EndOfTie(values, order, start);
            for (var i = start; i < end; i++)
                ranks[order[i]] = (start + 1 + end) / 2.0;
        }

        return ranks;
    }

    /// <summary>Ranks of methods: 1 for the best.</summary>
    /// <param name="values">A value for each method.</param>
    /// <param name="higherIsBetter">Whether the highest value is the best.</param>
    /// <returns>A rank for each method.</returns>
    public static double[] BestFirst(ReadOnlySpan<double> values, bool higherIsBetter)
    {
        if (!higherIsBetter)
            return Of(values);
        var negative = new double[values.Length];
        for (var i = 0; i < negative.Length; i++)
            negative[i] = -values[i];
        return Of(negative);
    }

    /// <summary>Sum of <c>t³ − t</c> over the groups of t tied values, which every correction for ties needs; 0 without ties.</summary>
    internal static double TieTerm(ReadOnlySpan<double> values)
    {
        var order = Order(values);
        double sum = 0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = EndOfTie(values, order, start);
            double tied = end - start;
            sum += tied * (tied * tied - 1);
        }

        return sum;
    }

    private static int EndOfTie(ReadOnlySpan<double> values, int[] order, int start)
    {
        var end = start + 1;
        while (end < order.Length && values[order[end]] == values[order[start]])
            end++;
        return end;
    }

    private static int[] Order(ReadOnlySpan<double> values)
    {
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = !double.IsNaN(values[i])
                ? i
                : throw new ArgumentException($"Value {i} is NaN and has no rank: leave such cases out, and count them.", nameof(values));
        Array.Sort(values.ToArray(), order);
        return order;
    }
}
