namespace MarginNotebooks.Metrics;

/// <summary>Some elements of what a sorted list would be: counted by leading bits first, then only the cells that hold them are sorted.</summary>
internal sealed class OrderStatistics
{
    private const int DroppedBits = 16;
    private readonly Dictionary<int, uint> _found = [];

    /// <param name="values">In any order.</param>
    /// <param name="positions">Wanted positions in ascending order of the values.</param>
    internal OrderStatistics(ReadOnlySpan<uint> values, IEnumerable<int> positions)
    {
        var start = new int[Cells + 1];
        foreach (var value in values)
            start[CellOf(value) + 1]++;
        for (var cell = 0; cell < Cells; cell++)
            start[cell + 1] += start[cell];
        var wanted = positions.Distinct().ToLookup(position => CellAt(start, position));
        var cells = new List<uint>?[Cells];
        foreach (var group in wanted)
            cells[group.Key] = new List<uint>(start[group.Key + 1] - start[group.Key]);
        foreach (var value in values)
            cells[CellOf(value)]?.Add(value);
        foreach (var group in wanted)
        {
            var sorted = cells[group.Key]!.ToArray();
            RadixSort.Sort(sorted);
            foreach (var position in group)
                _found[position] = sorted[position - start[group.Key]];
        }
    }

    internal static int Cells => 1 << (32 - DroppedBits);

    /// <summary>The element at a position that was asked for.</summary>
    internal uint this[int position] => _found[position];

    internal static int CellOf(uint value) => (int)(value >> DroppedBits);

    internal static uint FirstOf(int cell) => (uint)cell << DroppedBits;

    internal static uint LastOf(int cell) => FirstOf(cell) | ((1u << DroppedBits) - 1);

    // The last cell that begins at or before the position and is not empty.
    private static int CellAt(int[] start, int position)
    {
        var at = Array.BinarySearch(start, position + 1);
        // Cells up to the one found begin at or before the position; the first that ends beyond it holds it.
        var cell = at >= 0 ? at : ~at;
        while (cell > 0 && start[cell - 1] > position)
            cell--;
        return cell - 1;
    }
}
