using System.Diagnostics;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Kernel;

/// <summary>The installed kernel, driven by Jupyter's own client: each module of checks beside this file is one test here, each check a line.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class JupyterClientTests
{
    [Theory]
    [InlineData("protocol", 5)]
    [InlineData("starting", 1)]
    [InlineData("execution", 20)]
    [InlineData("completing", 4)]
    [InlineData("interrupting", 8)]
    [InlineData("orphans", 2)]
    public void Checks_of_a_module_pass(string module, int count)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The checks send signals and look into /proc.");
        using var data = new TemporaryFolder();
        var installed = Processes.Run(JupyterData.In(data, Processes.MarginStart(data.Path, "kernel", "install")));
        Assert.True(installed.ExitCode == 0, installed.Errors);
        var ended = Run(data, module);
        var checks = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.All(checks, check => Assert.True(check["failure"] is null, $"{check["check"]}:\n{check["failure"]}"));
        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal(count, checks.Count);
        foreach (var check in checks)
            TestContext.Current.TestOutputHelper?.WriteLine($"{check["check"]} {check["seconds"]} s {check["note"]}");
    }

    private static Finished Run(TemporaryFolder data, string module)
    {
        Processes.RequirePython("jupyter_client", "python3-jupyter-client");
        // A shell that runs tests in the background has them ignore SIGINT, and Python would hand that on to the kernel.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "/usr/bin/python3", "-B", "-X", "frozen_modules=off",
            Path.Combine(AppContext.BaseDirectory, "Kernel", "checks.py"), module]);
        start.Environment["MARGIN_KERNEL"] = "margin-csharp";
        start.Environment["MARGIN_LOGS"] = data.Path;
        return Processes.Run(JupyterData.In(data, start));
    }
}
