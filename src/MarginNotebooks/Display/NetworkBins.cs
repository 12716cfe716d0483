using MarginNotebooks.Metrics;

namespace MarginNotebooks.Display;

/// <summary>Whether there is something to draw: charts with a panel for each network's confidence bins.</summary>
internal static class NetworkBins
{
    /// <summary>Throws when there is no network, or one of them has no pixel.</summary>
    /// <param name="methods">Name and sums of each network.</param>
    /// <param name="chart">What needs them, for the message.</param>
    public static void Check(IReadOnlyList<(string Name, BinSums Bins)> methods, string chart)
    {
        if (methods.Count == 0)
            throw new ArgumentException($"{chart} needs at least one network.", nameof(methods));
        if (methods.FirstOrDefault(method => method.Bins.Total == 0) is { Bins: not null } empty)
            throw new ArgumentException($"'{empty.Name}' has no pixel in any bin: there is nothing to draw.", nameof(methods));
    }
}
