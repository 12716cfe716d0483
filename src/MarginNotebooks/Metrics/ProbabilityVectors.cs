namespace MarginNotebooks.Metrics;

/// <summary>Whole probability vectors with their true classes: all of them, or a draw of <see cref="MaximumVectors"/>.</summary>
/// <remarks>
/// The draw keeps the pixels with the smallest hash of probabilities, label and how often the same pair came before; so it depends on the
/// multiset of pixels alone, not on their order, and draws of volumes pool to the draw of all their pixels.
/// </remarks>
public sealed class ProbabilityVectors
{
    /// <summary>Vectors that are kept.</summary>
    public const int MaximumVectors = 2048;

    private readonly (ulong Hash, float[] Probability, int Label)[] _kept;

    private ProbabilityVectors(long pixels, (ulong, float[], int)[] kept) => (Pixels, _kept) = (pixels, kept);

    /// <summary>Number of pixels that were drawn from.</summary>
    public long Pixels { get; }

    /// <summary>Number of vectors.</summary>
    public int Count => _kept.Length;

    /// <summary>A vector.</summary>
    /// <param name="index">Its number.</param>
    /// <returns>One probability a class.</returns>
    public ReadOnlySpan<float> Probability(int index) => _kept[index].Probability;

    /// <summary>A vector's true class.</summary>
    /// <param name="index">Its number.</param>
    /// <returns>The class.</returns>
    public int Label(int index) => _kept[index].Label;

    internal static ProbabilityVectors Of(ScoredPixels pixels, ReadOnlySpan<int> inside)
    {
        var hashes = new ulong[inside.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            var hash = Mixed(pixels.Labels[inside[i]]);
            for (var k = 0; k < pixels.Classes; k++)
                hash = Mixed(hash ^ BitConverter.SingleToUInt32Bits(pixels.Probability(k)[inside[i]]));
            hashes[i] = hash;
        }

        var order = inside.ToArray();
        Array.Sort(hashes, order);
        return Draw(pixels, hashes, order);
    }

    internal static ProbabilityVectors Pool(IEnumerable<ProbabilityVectors> parts)
    {
        var all = parts.ToArray();
        var kept = all.SelectMany(part => part._kept).ToArray();
        return new ProbabilityVectors(all.Sum(part => part.Pixels), Smallest(kept));
    }

    private static ProbabilityVectors Draw(ScoredPixels pixels, ReadOnlySpan<ulong> hashes, ReadOnlySpan<int> order)
    {
        var numbered = new ulong[hashes.Length];
        for (int i = 0, repeat = 0; i < numbered.Length; i++)
        {
            repeat = i > 0 && hashes[i] == hashes[i - 1] ? repeat + 1 : 0;
            numbered[i] = Mixed(hashes[i] + (ulong)repeat);
        }

        var chosen = order.ToArray();
        if (numbered.Length > MaximumVectors)
        {
            // Hashes are spread evenly: some twice as many as are wanted lie below this bound, and only those are sorted.
            var bound = ulong.MaxValue / (ulong)numbered.Length * (2 * MaximumVectors);
            var (all, own) = (numbered, chosen);
            var few = Enumerable.Range(0, numbered.Length).Where(i => all[i] <= bound).ToArray();
            if (few.Length < MaximumVectors || numbered.Length <= 2 * MaximumVectors)
                few = [.. Enumerable.Range(0, numbered.Length)];
            (numbered, chosen) = ([.. few.Select(i => all[i])], [.. few.Select(i => own[i])]);
            Array.Sort(numbered, chosen);
            chosen = chosen[..MaximumVectors];
        }

        var kept = new (ulong, float[], int)[chosen.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            var vector = new float[pixels.Classes];
            for (var k = 0; k < vector.Length; k++)
                vector[k] = pixels.Probability(k)[chosen[i]];
            kept[i] = (numbered[i], vector, pixels.Labels[chosen[i]]);
        }

        return new ProbabilityVectors(order.Length, kept);
    }

    private static (ulong, float[], int)[] Smallest((ulong Hash, float[] Probability, int Label)[] vectors)
    {
        Array.Sort(vectors, static (a, b) => a.Hash.CompareTo(b.Hash));
        return vectors.Length <= MaximumVectors ? vectors : vectors[..MaximumVectors];
    }

    // The finaliser of SplitMix64: every input bit changes every output bit.
    private static ulong Mixed(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
