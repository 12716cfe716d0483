using System.Globalization;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Resident memory of this process as Linux counts it, native and managed together.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";

    // Writing 5 there sets the high-water mark of resident memory back to what is resident now.
    private const string Reset = "/proc/self/clear_refs";

    /// <summary>
    /// Variables for the process of a row that measures memory: freed blocks go back to the system at once, so that resident memory follows what
    /// is in use.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["MALLOC_MMAP_THRESHOLD_"] = "65536",
        ["MALLOC_TRIM_THRESHOLD_"] = "65536",
        ["MALLOC_ARENA_MAX"] = "1",
    };

    /// <summary>Resident bytes now.</summary>
    public static long Resident => Bytes("VmRSS:");

    /// <summary>By how many bytes resident memory rises above its present level while an action runs.</summary>
    /// <exception cref="NotAvailableException">This system does not say.</exception>
    public static long Growth(Action action)
    {
        if (!File.Exists(Reset))
            throw new NotAvailableException("Peak memory is read from Linux's /proc/self, which is not here.");
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        File.WriteAllText(Reset, "5");
        var before = Resident;
        action();
        return Bytes("VmHWM:") - before;
    }

    private static long Bytes(string name)
    {
        if (!File.Exists(Status))
            throw new NotAvailableException("Resident memory is read from Linux's /proc/self, which is not here.");
        var line = File.ReadLines(Status).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
