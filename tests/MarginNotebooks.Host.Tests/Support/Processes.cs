using System.Diagnostics;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>How a program ended.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors);

/// <summary>Runs other programs: the built command, and what Debian packages bring to check its results.</summary>
internal static class Processes
{
    private const string PythonProgram = "/usr/bin/python3";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs the built command <c>margin</c>.</summary>
    public static Finished Margin(string folder, params string[] arguments) => Run(MarginStart(folder, arguments));

    public static ProcessStartInfo MarginStart(string folder, params string[] arguments)
    {
        // A shell that runs tests in the background has them ignore SIGINT, and programs inherit that: Ctrl-C must reach them all the same.
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "margin.dll"), .. arguments];
        if (OperatingSystem.IsLinux())
            command = ["env", "--default-signal=INT", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder };
        start.Environment.Remove("MARGIN_QUICK");
        return start;
    }

    /// <summary>Runs a Python script with Debian's interpreter; the test is skipped when a module is missing.</summary>
    public static Finished Python(string module, string package, string script, params string[] arguments)
    {
        RequirePython(module, package);
        return Run(new ProcessStartInfo(PythonProgram, ["-c", script, .. arguments]));
    }

    /// <summary>Skips the test when Debian's interpreter lacks a module.</summary>
    public static void RequirePython(string module, string package)
    {
        if (!File.Exists(PythonProgram) || Run(new ProcessStartInfo(PythonProgram, ["-c", $"import {module}"])).ExitCode != 0)
            Assert.Skip($"Python's {module} is missing: apt-get install -y --no-install-recommends {package}");
    }

    /// <summary>Runs Chromium without any network; the test is skipped when it is missing.</summary>
    public static Finished Chromium(string page, params string[] arguments)
    {
        const string chromium = "/usr/bin/chromium";
        if (!File.Exists(chromium))
            Assert.Skip("Chromium is missing: apt-get install -y --no-install-recommends chromium");
        return Run(new ProcessStartInfo(chromium,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=10000",
            "--enable-logging=stderr", "--v=0", .. arguments, new Uri(page).AbsoluteUri,
        ]));
    }

    public static Finished Run(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        return Finish(process);
    }

    public static Task<Finished> FinishAsync(Process process) => Task.Run(() => Finish(process));

    public static Finished Finish(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end within {s_limit}.");
        }
        return new Finished(process.ExitCode, output.Result, errors.Result);
    }
}
