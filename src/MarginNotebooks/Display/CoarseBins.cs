namespace MarginNotebooks.Display;

/// <summary>Joins neighbouring bins where there are more than a chart can show.</summary>
internal static class CoarseBins
{
    /// <summary>How many bins to join: the fewest that leave no more than wanted, all of one width where such a number is near.</summary>
    /// <param name="bins">Number of bins.</param>
    /// <param name="most">Greatest number to show.</param>
    public static int Joined(int bins, int most)
    {
        var least = (bins + most - 1) / most;
        return Enumerable.Range(least, least + 1).FirstOrDefault(width => bins % width == 0, least);
    }
}
