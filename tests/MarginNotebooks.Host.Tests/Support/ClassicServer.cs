using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Debian's classic notebook server on one folder, with settings of its own.</summary>
internal sealed class ClassicServer : IDisposable
{
    private const string Program = "/usr/bin/jupyter-notebook";
    private readonly TemporaryFolder _settings = new();
    private readonly Process _process;
    private readonly Task<Finished> _output;

    public ClassicServer(string folder, string trusted)
    {
        if (!File.Exists(Program))
            Assert.Skip("needs the classic notebook server: apt-get install -y --no-install-recommends jupyter-notebook");
        var trust = Processes.Run(Start("/usr/bin/python3", folder, "-m", "nbformat.sign", trusted));
        Assert.True(trust.ExitCode == 0, trust.Errors);
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        }
        var start = Start(Program, folder, "--no-browser", "--allow-root", "--NotebookApp.token=", $"--port={Address.Port}", "--port-retries=0");
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = Process.Start(start)!;
        _output = Processes.FinishAsync(_process);
    }

    public Uri Address { get; }

    public async Task ReadyAsync()
    {
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 600 && !_output.IsCompleted; attempt++)
        {
            try
            {
                await client.GetStringAsync(new Uri(Address, "api"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }
        Assert.Fail($"the server did not start{(_output.IsCompleted ? ": " + (await _output).Errors : "")}");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _settings.Dispose();
    }

    private ProcessStartInfo Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        foreach (var name in new[] { "DATA", "CONFIG", "RUNTIME" })
            start.Environment[$"JUPYTER_{name}_DIR"] = _settings[name];
        return start;
    }
}
