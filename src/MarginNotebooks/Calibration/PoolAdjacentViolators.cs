namespace MarginNotebooks.Calibration;

/// <summary>Isotonic least-squares regression by pooling adjacent violators, with exact arithmetic.</summary>
/// <remarks>
/// Source: Ayer et al., Annals of Mathematical Statistics 26, 1955. The targets are 0 or 1, so sums and counts are whole numbers and
/// blocks are compared without rounding. Equal x are one point with the mean of their targets. Takes n log n for sorting and n for
/// pooling.
/// </remarks>
internal static class PoolAdjacentViolators
{
    /// <summary>Fits.</summary>
    /// <param name="x">Values; sorted in place.</param>
    /// <param name="hits">0 or 1 each; reordered alike.</param>
    /// <returns>The fitted function: it interpolates linearly between these points and is constant beyond their ends.</returns>
    internal static LinearProbabilityMap Fit(double[] x, byte[] hits)
    {
        Array.Sort(x, hits);
        var blocks = new List<Block>();
        for (var i = 0; i < x.Length;)
        {
            var block = new Block(x[i], x[i], 0, 0);
            for (; i < x.Length && x[i] == block.First; i++)
                block = block with { Hits = block.Hits + hits[i], Count = block.Count + 1 };
            while (blocks.Count > 0 && blocks[^1].AtLeast(block))
            {
                block = new Block(blocks[^1].First, block.Last, blocks[^1].Hits + block.Hits, blocks[^1].Count + block.Count);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add(block);
        }
        var points = blocks.SelectMany(block => block.First == block.Last
            ? [(block.First, block.Mean)]
            : new[] { (block.First, block.Mean), (block.Last, block.Mean) }).ToArray();
        return new LinearProbabilityMap([.. points.Select(point => point.Item1)], [.. points.Select(point => point.Item2)]);
    }

    private readonly record struct Block(double First, double Last, long Hits, long Count)
    {
        public double Mean => (double)Hits / Count;

        /// <summary>Whether this block's mean is no less than the other's.</summary>
        public bool AtLeast(Block other) => (Int128)Hits * other.Count >= (Int128)other.Hits * Count;
    }
}

/// <summary>Linear between knots, constant beyond them.</summary>
internal sealed record LinearProbabilityMap(double[] Knots, double[] Values) : ProbabilityMap(Knots, Values)
{
    internal override double At(double probability)
    {
        var i = Array.BinarySearch(Knots, probability);
        if (i >= 0)
            return Values[i];
        i = ~i;
        if (i == 0)
            return Values[0];
        if (i == Knots.Length)
            return Values[^1];
        var share = (probability - Knots[i - 1]) / (Knots[i] - Knots[i - 1]);
        return Values[i - 1] + share * (Values[i] - Values[i - 1]);
    }
}
