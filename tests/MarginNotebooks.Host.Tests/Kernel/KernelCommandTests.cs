using System.Diagnostics;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Kernel;

[Collection(OneRunAtATime.Name)]
public sealed class KernelCommandTests
{
    [Fact]
    public void Install_list_and_uninstall_agree_with_jupyter()
    {
        Processes.RequirePython("jupyter_client", "python3-jupyter-client");
        using var data = new TemporaryFolder();
        var installed = Margin(data, "install");
        Assert.True(installed.ExitCode == 0, installed.Errors);
        var spec = JsonNode.Parse(File.ReadAllText(data["data/kernels/margin-csharp/kernel.json"]))!;
        Assert.Equal("C# (Margin Notebooks)", (string?)spec["display_name"]);
        Assert.Equal("C#", (string?)spec["language"]);
        Assert.True(Path.IsPathFullyQualified((string)spec["argv"]![0]!) && File.Exists((string)spec["argv"]![0]!));
        Assert.True(Directory.Exists(Path.Combine((string)spec["env"]!["DOTNET_ROOT"]!, "shared", "Microsoft.NETCore.App")));
        Assert.Contains("output of a build", installed.Output);
        Assert.Contains("margin-csharp", Margin(data, "list").Output);
        Assert.Equal(data["data/kernels/margin-csharp"], Seen(data)?["resource_dir"]?.ToString());
        Assert.Equal(["kernel.json", "logo-64x64.png", "logo-svg.svg"], Directory.GetFiles(data["data/kernels/margin-csharp"]).Select(Path.GetFileName).Order());
        Assert.Equal(0, Margin(data, "uninstall").ExitCode);
        Assert.Null(Seen(data));
        Assert.Contains("not installed", Margin(data, "list").Errors);
        var again = Margin(data, "uninstall");
        Assert.Equal(ExitCodes.Failed, again.ExitCode);
        Assert.Contains("there is no kernel 'margin-csharp'", again.Errors);
    }

    [Fact]
    public void A_prefix_and_a_name_are_followed()
    {
        using var data = new TemporaryFolder();
        Assert.Equal(0, Margin(data, "install", "--prefix", data["venv"], "--name", "other", "--interrupt-mode", "signal").ExitCode);
        var spec = JsonNode.Parse(File.ReadAllText(data["venv/share/jupyter/kernels/other/kernel.json"]))!;
        Assert.Equal("signal", (string?)spec["interrupt_mode"]);
        Assert.Equal(0, Margin(data, "uninstall", "--prefix", data["venv"], "--name", "other").ExitCode);
        Assert.False(Directory.Exists(data["venv/share/jupyter/kernels/other"]));
    }

    [Theory]
    [InlineData("install --name a/b", ExitCodes.Usage, "'a/b'")]
    [InlineData("install --user --prefix /x", ExitCodes.Usage, "exclude each other")]
    [InlineData("install --name taken", ExitCodes.Failed, "kernel of another program")]
    [InlineData("uninstall --name taken", ExitCodes.Failed, "kernel of another program")]
    [InlineData("start", ExitCodes.Usage, "--connection-file")]
    [InlineData("start -f /no/such.json", ExitCodes.Failed, "/no/such.json")]
    public void Wrong_wishes_are_explained(string arguments, int exitCode, string expected)
    {
        using var data = new TemporaryFolder();
        Directory.CreateDirectory(data["data/kernels/taken"]);
        File.WriteAllText(data["data/kernels/taken/kernel.json"], """{"argv": ["python3"], "display_name": "x", "language": "python"}""");
        var ended = Margin(data, arguments.Split(' '));
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Contains(expected, ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
        Assert.True(File.Exists(data["data/kernels/taken/kernel.json"]));
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var data = new TemporaryFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        File.WriteAllText(data["c.json"], ConnectionFileTests.Text.Replace("5001", $"{port}"));
        var ended = Margin(data, "start", "-f", data["c.json"]);
        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
        Assert.Contains($"shell_port {port}", ended.Errors);
    }

    private static Finished Margin(TemporaryFolder data, params string[] arguments) =>
        Processes.Run(JupyterData.In(data, Processes.MarginStart(data.Path, ["kernel", .. arguments])));

    /// <summary>The kernel as Jupyter's own search finds it.</summary>
    private static JsonNode? Seen(TemporaryFolder data)
    {
        const string list = "from jupyter_client.kernelspecapp import KernelSpecApp; KernelSpecApp.launch_instance()";
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", list, "list", "--json"]);
        var ended = Processes.Run(JupyterData.In(data, start));
        Assert.True(ended.ExitCode == 0, ended.Errors);
        return JsonNode.Parse(ended.Output)!["kernelspecs"]!["margin-csharp"];
    }
}
