using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Metrics;

/// <summary>What one thread has seen of a region, in whole numbers, so that the order in which threads are added up does not matter.</summary>
/// <remarks>Confidences are summed in units of 2⁻³²: exact for those of at least 2⁻⁸, off by at most 2⁻³³ below.</remarks>
internal sealed class RegionSums
{
    private const double Unit = 1L << 32;
    private const int CountShift = 48; // a tile's confidences sum to at most 2⁹ units of 2³², its pixels to at most 2⁹

    private readonly CalibrationRules _rules;
    private readonly PixelRegion _region;
    private readonly BinLookup _binning;
    private readonly BinLookup _gapBinning;
    private readonly Table _top;
    private readonly Table? _gaps;
    private readonly Table[] _classes;
    private readonly List<uint> _ranked = [];

    internal RegionSums(CalibrationRules rules, PixelRegion region, int classes)
    {
        (_rules, _region) = (rules, region);
        _binning = BinLookup.Of(rules.Binning);
        _gapBinning = BinLookup.Of(rules.GapBinning);
        _top = new Table(_binning.Cells);
        _gaps = rules.GapBinning.Equals(rules.Binning) ? null : new Table(_gapBinning.Cells);
        _classes = [.. Enumerable.Range(0, classes).Select(_ => new Table(_binning.Cells))];
        Sketch = rules.Adaptive == AdaptiveRule.Sound ? new ConfidenceSketch() : null;
    }

    internal long Pixels { get; private set; }

    internal long Correct { get; private set; }

    internal int LargestLabel { get; private set; } = -1;

    internal ConfidenceSketch? Sketch { get; }

    /// <summary>Confidences with their correctness, for <see cref="AdaptiveRule.Authors"/>.</summary>
    internal ReadOnlySpan<uint> Ranked => CollectionsMarshal.AsSpan(_ranked);

    /// <summary>Adds the pixels of the region; returns the sums of their proper scores.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal (double Nll, double Brier) Add(ScoredTile tile)
    {
        var selected = tile.Selected.AsSpan(0, tile.Select(_region));
        if (selected.IsEmpty)
            return default;
        AddConfidences(tile, selected);
        for (var k = 0; k < _classes.Length; k++)
            AddClass(tile, selected, k);
        double nll = 0, brier = 0;
        var threshold = _rules.ClasswiseThreshold ?? -1;
        foreach (var i in selected)
        {
            var p = tile.ProbabilityOfLabel[i];
            if (p > threshold)
                _classes[tile.Labels[i]].AddCorrect(_binning.IndexOf(p));
            nll += tile.NegativeLogLikelihood[i];
            brier += tile.Brier[i];
        }

        return (nll, brier);
    }

    /// <summary>Adds what another thread has seen.</summary>
    internal void Add(RegionSums other)
    {
        _top.Add(other._top);
        _gaps?.Add(other._gaps!);
        for (var k = 0; k < _classes.Length; k++)
            _classes[k].Add(other._classes[k]);
        _ranked.AddRange(other.Ranked);
        Sketch?.Add(other.Sketch!);
        Pixels += other.Pixels;
        Correct += other.Correct;
        LargestLabel = Math.Max(LargestLabel, other.LargestLabel);
    }

    internal void AddTo(BinSums top, BinSums gaps, BinSums[] classes)
    {
        _top.AddTo(top);
        _gaps?.AddTo(gaps);
        for (var k = 0; k < classes.Length; k++)
            _classes[k].AddTo(classes[k]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddConfidences(ScoredTile tile, ReadOnlySpan<int> selected)
    {
        foreach (var i in selected)
        {
            var confidence = tile.Confidence[i];
            var label = tile.Labels[i];
            var correct = tile.Predicted[i] == label;
            var packed = Packed(confidence);
            var bin = _binning.IndexOf(confidence);
            _top.Add(bin, packed);
            if (correct)
                _top.AddCorrect(bin);
            if (_gaps is { } gaps)
            {
                var gapBin = _gapBinning.IndexOf(confidence);
                gaps.Add(gapBin, packed);
                if (correct)
                    gaps.AddCorrect(gapBin);
            }

            if (Sketch is { } sketch)
                sketch.Add(confidence, correct);
            else
                _ranked.Add(AdaptiveCalibrationError.Rank(confidence, correct));
            Correct += correct ? 1 : 0;
            LargestLabel = Math.Max(LargestLabel, label);
        }

        Pixels += selected.Length;
        _top.EndTile();
        _gaps?.EndTile();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddClass(ScoredTile tile, ReadOnlySpan<int> selected, int k)
    {
        var probability = tile.Probability(k);
        var table = _classes[k];
        var threshold = _rules.ClasswiseThreshold ?? -1;
        if (selected.Length == probability.Length && threshold < 0)
            foreach (var p in probability)
                table.Add(_binning.IndexOf(p), Packed(p));
        else
            foreach (var i in selected)
                if (probability[i] > threshold)
                    table.Add(_binning.IndexOf(probability[i]), Packed(probability[i]));
        table.EndTile();
    }

    private static ulong Packed(float p) => (1UL << CountShift) + (ulong)double.ConvertToIntegerNative<long>(p * Unit + 0.5);

    /// <summary>Counts and sums of one quantity; a tile's are packed into one number a cell.</summary>
    internal sealed class Table(int cells)
    {
        private readonly ulong[] _packed = new ulong[cells];
        private readonly long[] _count = new long[cells];
        private readonly long[] _sum = new long[cells];
        private readonly long[] _correct = new long[cells];

        internal void Add(int cell, ulong packed) => _packed[cell] += packed;

        internal void AddCorrect(int cell) => _correct[cell]++;

        /// <summary>Adds a pixel outside of any tile.</summary>
        internal void AddOne(int cell, float confidence)
        {
            _count[cell]++;
            _sum[cell] += double.ConvertToIntegerNative<long>(confidence * Unit + 0.5);
        }

        internal void Add(Table other)
        {
            for (var i = 0; i < _count.Length; i++)
            {
                _count[i] += other._count[i];
                _sum[i] += other._sum[i];
                _correct[i] += other._correct[i];
            }
        }

        internal void EndTile()
        {
            for (var i = 0; i < _packed.Length; i++)
            {
                _count[i] += (long)(_packed[i] >> CountShift);
                _sum[i] += (long)(_packed[i] & ((1UL << CountShift) - 1));
                _packed[i] = 0;
            }
        }

        /// <summary>Leaves out the last cell: what the rule drops.</summary>
        internal void AddTo(BinSums sums)
        {
            for (var i = 0; i < sums.Bins; i++)
            {
                sums.Count[i] += _count[i];
                sums.Confidence[i] += _sum[i] / Unit;
                sums.Correct[i] += _correct[i];
            }
        }
    }
}
