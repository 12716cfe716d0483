using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Notices that the program which started this one is gone, so that no kernel outlives its client.</summary>
/// <remarks>Jupyter names itself in <c>JPY_PARENT_PID</c> (a process id; on Windows a handle). Without it the process's own parent counts.</remarks>
public static class ParentWatch
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until the parent is gone.</summary>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Completes when the parent is gone; never when there is none to watch.</returns>
    public static async Task GoneAsync(CancellationToken stop)
    {
        var named = Environment.GetEnvironmentVariable("JPY_PARENT_PID");
        if (OperatingSystem.IsWindows())
        {
            await HandleAsync(named, stop);
            return;
        }
        var first = ParentId();
        var client = int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 1 ? id : (int?)null;
        // 1 from the start: a container's first process started the kernel, or the parent was gone before it could be watched.
        while (ParentId() == first && (client is not { } pid || pid == first || Exists(pid)))
            await Task.Delay(s_pause, stop);
    }

    private static async Task HandleAsync(string? named, CancellationToken stop)
    {
        if (!nint.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var handle) || handle == 0)
        {
            await Task.Delay(Timeout.Infinite, stop);
            return;
        }
        using var parent = new ManualResetEvent(false) { SafeWaitHandle = new(handle, ownsHandle: false) };
        while (!parent.WaitOne(0))
            await Task.Delay(s_pause, stop);
    }

    private static bool Exists(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int ParentId();
}
