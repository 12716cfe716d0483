namespace MarginNotebooks.Studies;

/// <summary>The right to work on one run of a store. No other process has it at the same time, and it ends with the process, however that ends.</summary>
public sealed class RunClaim : IDisposable
{
    private const string LockFile = "claim.lock";

    private readonly FileStream _guard;

    private RunClaim(FileStream guard) => _guard = guard;

    /// <summary>Takes the right, if no other process has it.</summary>
    /// <param name="folder">The run's folder; it is made when missing.</param>
    /// <returns>The claim, or null when the run is claimed.</returns>
    internal static RunClaim? Try(string folder)
    {
        Directory.CreateDirectory(folder);
        // Somebody who only looks holds the lock for a moment: look again before giving up.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (attempt > 0)
                Thread.Sleep(50);
            if (Open(folder) is { } guard)
                return new RunClaim(guard);
        }
        return null;
    }

    /// <summary>Tells whether a process has the right.</summary>
    internal static bool IsTaken(string folder)
    {
        if (!File.Exists(Path.Combine(folder, LockFile)))
            return false;
        using var guard = Open(folder);
        return guard is null;
    }

    private static FileStream? Open(string folder)
    {
        try
        {
            // The lock is the system's. The file stays: deleting a lock file would let two processes lock two files of one name.
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (!DiskFull.Is(e) && e is not DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _guard.Dispose();
}

/// <summary>Recognises that there is no space left, which no other run can mend.</summary>
internal static class DiskFull
{
    // ENOSPC and EDQUOT of Linux and macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] Unix = [28, 122, 69];
    private static readonly int[] Windows = [unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool Is(Exception error) => error is IOException && (OperatingSystem.IsWindows() ? Windows : Unix).Contains(error.HResult);
}
