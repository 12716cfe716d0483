using System.Diagnostics;
using MarginNotebooks.Host.Commands;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>The built kernel, installed in a folder of its own, and an environment in which Jupyter sees nothing else.</summary>
internal sealed class InstalledKernel : IDisposable
{
    /// <summary>The kernel's name, as notebooks carry it.</summary>
    public const string Name = "margin-csharp";

    private const string Interpreter = "/usr/bin/python3";

    private InstalledKernel()
    {
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Installs the kernel; the test is skipped where this build has none.</summary>
    public static InstalledKernel Create()
    {
        var kernel = new InstalledKernel();
        var ended = Processes.Margin(kernel.Folder.Path, "kernel", "install", "--prefix", kernel.Folder["prefix"]);
        if (ended.ExitCode == ExitCodes.Usage)
        {
            kernel.Dispose();
            Assert.Skip("This build of margin has no command 'kernel'.");
        }
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Errors);
        return kernel;
    }

    /// <summary>A Python program that finds this kernel; the test is skipped when a module is missing.</summary>
    public ProcessStartInfo Python(string module, string package, params string[] arguments)
    {
        if (!File.Exists(Interpreter) || Processes.Run(new ProcessStartInfo(Interpreter, ["-c", $"import {module}"])).ExitCode != 0)
            Assert.Skip($"Python's {module} is missing: apt-get install -y --no-install-recommends {package}");
        var start = new ProcessStartInfo(Interpreter, arguments)
        {
            WorkingDirectory = CommittedNotebooks.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, folder) in new[]
        {
            ("JUPYTER_PATH", "prefix/share/jupyter"), ("JUPYTER_RUNTIME_DIR", "runtime"), ("JUPYTER_CONFIG_DIR", "config"),
            ("JUPYTER_DATA_DIR", "data"), ("IPYTHONDIR", "ipython"),
        })
        {
            Directory.CreateDirectory(Folder[folder]);
            start.Environment[variable] = Folder[folder];
        }
        start.Environment["MARGIN_QUICK"] = "1";
        return start;
    }

    /// <summary>Command lines of processes that still hold a connection file of this kernel.</summary>
    public IReadOnlyList<string> Running() => !Directory.Exists("/proc") ? [] :
    [
        .. from process in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(process), out _)
           let command = CommandLine(process)
           where command.Contains(Folder["runtime"], StringComparison.Ordinal)
           select command,
    ];

    /// <summary>Waits until no process of the kernel is left.</summary>
    public void AssertNoneRuns()
    {
        for (var waited = 0; waited < 100 && Running().Count > 0; waited++)
            Thread.Sleep(100);
        Assert.Empty(Running());
    }

    public void Dispose() => Folder.Dispose();

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended
        }
    }
}
