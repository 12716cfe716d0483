namespace MarginNotebooks.Metrics;

/// <summary>How a confidence is assigned to one of K equal-width bins.</summary>
public enum BinRule
{
    /// <summary>
    /// Half-open bins (lower, upper] whose edges are the float32 numbers of <c>torch.linspace(0, 1, K + 1)</c>; exactly 0 belongs to no bin
    /// (authors' ECELoss and ClasswiseECELoss).
    /// </summary>
    Float32EdgesDropZero,

    /// <summary>The same edges, but exactly 0 belongs to the first bin, so that every pixel is in a bin.</summary>
    Float32Edges,

    /// <summary>Bin <c>ceil(K·p − 1)</c> in double precision (authors' dictionary binning); exactly 0 belongs to the first bin, where
    /// theirs raises.</summary>
    DoubleCeiling,
}

/// <summary>Equal-width confidence bins over (0, 1].</summary>
/// <remarks>
/// The rules differ only for confidences that lie on a bin edge up to rounding: float32 1/3 with 15 bins is in the fifth bin by the
/// float32 edges and in the sixth by the double ceiling.
/// </remarks>
public sealed class ConfidenceBinning : IEquatable<ConfidenceBinning>
{
    private readonly float[] _edges;

    /// <summary>Bins of one width.</summary>
    /// <param name="bins">Number of bins K.</param>
    /// <param name="rule">What happens on the edges.</param>
    public ConfidenceBinning(int bins, BinRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        Bins = bins;
        Rule = rule;
        _edges = Linspace(bins);
    }

    /// <summary>Number of bins K.</summary>
    public int Bins { get; }

    /// <summary>What happens on the edges.</summary>
    public BinRule Rule { get; }

    /// <summary>The K + 1 float32 edges: <c>torch.linspace(0, 1, K + 1)</c>, whose last bit depends on the processor there and is fixed
    /// here.</summary>
    public ReadOnlySpan<float> Edges => _edges;

    /// <summary>The bin of a confidence.</summary>
    /// <param name="confidence">A probability in [0, 1].</param>
    /// <returns>Zero-based bin, or −1 when the rule leaves this confidence out.</returns>
    public int IndexOf(float confidence)
    {
        if (Rule == BinRule.DoubleCeiling)
            return Math.Clamp((int)Math.Ceiling((double)Bins * confidence - 1), 0, Bins - 1);
        if (confidence <= 0)
            return Rule == BinRule.Float32EdgesDropZero ? -1 : 0;
        var bin = Math.Clamp((int)(confidence * Bins), 0, Bins - 1);
        while (bin > 0 && confidence <= _edges[bin])
            bin--;
        while (bin < Bins - 1 && confidence > _edges[bin + 1])
            bin++;
        return bin;
    }

    /// <inheritdoc/>
    public bool Equals(ConfidenceBinning? other) => other is not null && other.Bins == Bins && other.Rule == Rule;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfidenceBinning);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Bins, Rule);

    /// <summary>Short text for tables, for example <c>15 bins (lower, upper]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Rule switch
    {
        BinRule.Float32EdgesDropZero => $"{Bins} equal-width bins (lower, upper] with float32 edges, probabilities of exactly 0 left out",
        BinRule.Float32Edges => $"{Bins} equal-width bins (lower, upper], every pixel in a bin",
        _ => $"{Bins} equal-width bins by ceil({Bins}·p − 1) in double precision",
    };

    // torch fills the first half upwards from 0 and the second half downwards from 1, in float32 with fused multiply-add where the
    // processor has it; done here in one fixed way, so that bins do not depend on the machine.
    private static float[] Linspace(int bins)
    {
        var step = 1f / bins;
        var edges = new float[bins + 1];
        for (var i = 0; i <= bins; i++)
            edges[i] = i < (bins + 1) / 2 ? step * i : MathF.FusedMultiplyAdd(-step, bins - i, 1f);
        return edges;
    }
}
