using System.Diagnostics;

namespace MarginNotebooks.Tests.Models;

/// <summary>Runs scripts with PyTorch and NumPy in Debian's Python: what they write and compute shares nothing with the kit.</summary>
internal static class DebianTorch
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Present = new(() => File.Exists(Python) && Run("import torch, numpy, scipy.ndimage", []).ExitCode == 0);

    /// <summary>Runs a script; skips the test where PyTorch is missing.</summary>
    /// <returns>What it printed.</returns>
    public static string Output(string script, params string[] arguments)
    {
        if (!Present.Value)
            Assert.Skip("PyTorch is missing: apt-get install -y --no-install-recommends python3-torch python3-numpy python3-scipy");
        var (exitCode, output, error) = Run("import torch\ntorch.set_num_threads(1)\n" + script, arguments);
        Assert.True(exitCode == 0, error);
        return output.Trim();
    }

    private static (int ExitCode, string Output, string Error) Run(string script, string[] arguments)
    {
        var start = new ProcessStartInfo(Python, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
