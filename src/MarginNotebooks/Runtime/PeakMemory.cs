using System.Diagnostics;

namespace MarginNotebooks.Runtime;

/// <summary>Largest resident memory of this process since it was last asked to begin anew.</summary>
internal static class PeakMemory
{
    /// <summary>In megabytes (10⁶ bytes); null where the system does not tell.</summary>
    public static double? Megabytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 > 0 ? Math.Round(process.PeakWorkingSet64 / 1e6, 1) : null;
        }
    }

    /// <summary>Begins anew, where the system can: Linux. Elsewhere the peak is that of the whole process.</summary>
    public static void Reset()
    {
        try
        {
            // "5" resets the peak, see proc(5).
            if (OperatingSystem.IsLinux())
                File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some containers forbid it; the peak then includes what the process did before.
        }
    }
}
