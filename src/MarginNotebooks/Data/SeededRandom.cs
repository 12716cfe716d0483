namespace MarginNotebooks.Data;

/// <summary>Random numbers that are the same on every system and in every version of .NET, unlike <see cref="Random"/>.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).</remarks>
public sealed class SeededRandom
{
    private ulong state;
    private double spare = double.NaN;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">Seed of the experiment.</param>
    /// <param name="stream">Number of the stream within the seed; different streams are independent.</param>
    public SeededRandom(ulong seed, ulong stream = 0) => state = Mix(seed + 0x9e3779b97f4a7c15) ^ Mix(Mix(stream + 0x632be59bd9b4e019) + 1);

    /// <summary>The next 64 random bits.</summary>
    /// <returns>A number.</returns>
    public ulong NextUInt64() => Mix(state += 0x9e3779b97f4a7c15);

    /// <summary>Uniform in [0, 1).</summary>
    /// <returns>A number with 53 random bits.</returns>
    public double Uniform() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform among 0 … <paramref name="limit"/> − 1, without bias.</summary>
    /// <param name="limit">Number of outcomes, at least 1.</param>
    /// <returns>A number.</returns>
    public int Below(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var bound = (ulong)limit;
        var reject = (0UL - bound) % bound;
        ulong bits;
        do
            bits = NextUInt64();
        while (bits < reject);
        return (int)(bits % bound);
    }

    /// <summary>Standard normal (polar method of Marsaglia).</summary>
    /// <returns>A number.</returns>
    public double Normal()
    {
        if (!double.IsNaN(spare))
        {
            var kept = spare;
            spare = double.NaN;
            return kept;
        }
        double u, v, s;
        do
        {
            u = 2 * Uniform() - 1;
            v = 2 * Uniform() - 1;
            s = u * u + v * v;
        }
        while (s is >= 1 or 0);
        var factor = Math.Sqrt(-2 * Math.Log(s) / s);
        spare = v * factor;
        return u * factor;
    }

    /// <summary>Puts items into a random order in place (Fisher–Yates).</summary>
    /// <typeparam name="T">Item type.</typeparam>
    /// <param name="items">Items to shuffle.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
