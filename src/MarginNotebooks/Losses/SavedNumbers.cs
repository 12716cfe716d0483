using static System.FormattableString;

namespace MarginNotebooks.Losses;

/// <summary>Lists of numbers in the saved state of a loss: <c>name.0</c>, <c>name.1</c>, ….</summary>
internal static class SavedNumbers
{
    /// <summary>How many there are.</summary>
    public static int Count(IReadOnlyDictionary<string, double> state, string name)
    {
        ArgumentNullException.ThrowIfNull(state);
        var count = 0;
        while (state.ContainsKey(Invariant($"{name}.{count}")))
            count++;
        return count;
    }

    /// <summary>A list of a known length.</summary>
    /// <exception cref="ArgumentException">It is shorter or longer, or not there.</exception>
    public static double[] Read(IReadOnlyDictionary<string, double> state, string name, int length)
    {
        var count = Count(state, name);
        return count == length
            ? [.. Enumerable.Range(0, length).Select(i => state[Invariant($"{name}.{i}")])]
            : throw new ArgumentException(
                $"The saved state of the loss has {count} numbers '{name}', expected {length} (it has: {string.Join(", ", state.Keys)}); "
                + "it was saved by another loss.",
                nameof(state));
    }
}
