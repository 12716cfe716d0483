namespace MarginNotebooks.Data;

/// <summary>A small pseudo-random generator whose numbers are the same on every platform and in every version of .NET.</summary>
/// <remarks>SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; constants of the reference code.</remarks>
/// <param name="seed">Any number; equal seeds give equal sequences.</param>
public sealed class SplitMix64(ulong seed)
{
    private ulong state = seed;

    /// <summary>A generator whose seed is mixed from several numbers, so that neighbouring seeds give unrelated sequences.</summary>
    /// <param name="parts">For example a seed and an epoch; their order matters.</param>
    /// <returns>A new generator.</returns>
    public static SplitMix64 From(params ReadOnlySpan<ulong> parts)
    {
        var mixed = 0UL;
        foreach (var part in parts)
            mixed = Mix(mixed + 0x9E3779B97F4A7C15UL) ^ Mix(part + 0xD1B54A32D192ED03UL);
        return new SplitMix64(mixed);
    }

    /// <summary>64 random bits.</summary>
    /// <returns>Any number.</returns>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        return Mix(state);
    }

    /// <summary>A whole number below a bound, every one equally likely.</summary>
    /// <param name="bound">At least 1.</param>
    /// <returns>0 to <paramref name="bound"/> − 1.</returns>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        // Numbers from the incomplete last stretch would favour small results: draw again.
        var range = (ulong)bound;
        var limit = ulong.MaxValue - (ulong.MaxValue % range + 1) % range;
        ulong drawn;
        do
            drawn = Next();
        while (drawn > limit);
        return (int)(drawn % range);
    }

    /// <summary>A number from 0 (included) to 1 (excluded), a multiple of 2⁻⁵³.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts items in random order, every order equally likely (Fisher and Yates).</summary>
    /// <typeparam name="T">Type of the items.</typeparam>
    /// <param name="items">Shuffled in place.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
