using System.Collections.Concurrent;

namespace MarginNotebooks.Metrics;

/// <summary>Bins of confidences by their leading bits: one look at a small table, and the rule itself only beside an edge.</summary>
internal sealed class BinLookup
{
    private const int DroppedBits = 16;
    private const ushort BesideAnEdge = ushort.MaxValue;
    private static readonly ConcurrentDictionary<ConfidenceBinning, BinLookup> s_cache = new();
    private readonly ConfidenceBinning _binning;
    private readonly ushort[] _table = new ushort[(BitConverter.SingleToInt32Bits(1f) >> DroppedBits) + 2];

    private BinLookup(ConfidenceBinning binning)
    {
        _binning = binning;
        for (var i = 0; i < _table.Length; i++)
        {
            // Bins grow with the confidence, so what holds at both ends holds between them.
            var first = Slow(BitConverter.Int32BitsToSingle(i << DroppedBits));
            var last = Slow(BitConverter.Int32BitsToSingle((i << DroppedBits) | ((1 << DroppedBits) - 1)));
            _table[i] = first == last && first < BesideAnEdge ? (ushort)first : BesideAnEdge;
        }
    }

    /// <summary>Bins, and a last one for confidences that the rule leaves out.</summary>
    internal int Cells => _binning.Bins + 1;

    internal static BinLookup Of(ConfidenceBinning binning) => s_cache.GetOrAdd(binning, static b => new BinLookup(b));

    /// <summary>The bin of a confidence in [0, 1], or one after the last when the rule leaves it out.</summary>
    internal int IndexOf(float confidence)
    {
        var at = BitConverter.SingleToInt32Bits(confidence) >>> DroppedBits;
        var bin = at < _table.Length ? _table[at] : BesideAnEdge;
        return bin != BesideAnEdge ? bin : Slow(confidence);
    }

    private int Slow(float confidence)
    {
        var bin = _binning.IndexOf(confidence);
        return bin < 0 ? _binning.Bins : bin;
    }
}
