using System.Runtime.CompilerServices;

namespace MarginNotebooks.Metrics;

/// <summary>Sorts whole numbers by their digits, in time proportional to their number.</summary>
internal static class RadixSort
{
    private const int DigitBits = 11;
    private const int Passes = 3; // 33 bits
    private const int FewValues = 4096; // below, the histograms cost more than comparing

    /// <summary>Sorts in place, with as much memory again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sort(uint[] values)
    {
        if (values.Length < FewValues)
        {
            Array.Sort(values);
            return;
        }

        var (from, to) = (values, new uint[values.Length]);
        for (var pass = 0; pass < Passes; pass++)
        {
            var shift = pass * DigitBits;
            var next = new int[1 << DigitBits];
            foreach (var value in from)
                next[(value >> shift) & ((1 << DigitBits) - 1)]++;
            var total = 0;
            foreach (ref var start in next.AsSpan())
                (start, total) = (total, total + start);
            foreach (var value in from)
                to[next[(value >> shift) & ((1 << DigitBits) - 1)]++] = value;
            (from, to) = (to, from);
        }

        if (!ReferenceEquals(from, values))
            from.CopyTo(values, 0);
    }
}
