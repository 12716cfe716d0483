namespace MarginNotebooks.Data;

/// <summary>How many patients of each group go to each part.</summary>
internal static class SplitQuota
{
    /// <summary>
    /// Whole numbers with exact row sums (groups) and column sums (parts), each cell as close to proportional as that allows: rounded
    /// down first,
    /// then the largest remainders served while both their group and their part still have room.
    /// </summary>
    public static int[,] Deal(IReadOnlyList<int> groups, SplitSizes sizes)
    {
        long total = groups.Sum();
        var parts = sizes.Counts((int)total);
        var quota = new int[groups.Count, 3];
        var groupLeft = groups.ToArray();
        var partLeft = parts.ToArray();
        var cells = new List<(long Remainder, int Group, int Part)>();
        for (var g = 0; g < groups.Count; g++)
            for (var p = 0; p < 3; p++)
            {
                Give(g, p, (int)((long)groups[g] * parts[p] / total));
                cells.Add(((long)groups[g] * parts[p] % total, g, p));
            }
        foreach (var (_, g, p) in cells.OrderByDescending(cell => cell.Remainder).ThenBy(cell => cell.Group).ThenBy(cell => cell.Part))
            Give(g, p, Math.Min(1, Math.Min(groupLeft[g], partLeft[p])));
        // What is still left fits somewhere, because rows and columns have the same sum.
        foreach (var (_, g, p) in cells)
            Give(g, p, Math.Min(groupLeft[g], partLeft[p]));
        return quota;

        void Give(int group, int part, int count)
        {
            quota[group, part] += count;
            groupLeft[group] -= count;
            partLeft[part] -= count;
        }
    }
}
