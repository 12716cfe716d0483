using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Clients;

/// <summary>The quickstart in the classic notebook server: a person at a keyboard, and what they see.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class NotebookServerTests
{
    private const string Notebook = "01-quickstart.ipynb";

    [Fact]
    public async Task Cells_run_by_keyboard_and_their_charts_appear()
    {
        using var kernel = InstalledKernel.Create();
        Directory.CreateDirectory(kernel.Folder["work"]);
        var charts = WriteWithoutOutputs(Path.Combine(CommittedNotebooks.Folder, Notebook), kernel.Folder[$"work/{Notebook}"]);
        var address = $"http://127.0.0.1:{FreePort()}";
        using var server = Start(kernel, address);
        try
        {
            await using var browser = await Browser.OpenAsync(offline: false);
            await WaitForAsync(address);
            await browser.Page.GotoAsync($"{address}/notebooks/{Notebook}");
            await browser.Page.WaitForFunctionAsync("() => window.Jupyter?.notebook?.kernel?.is_connected() && Jupyter.notebook.kernel.info_reply.status === 'ok'");
            Assert.Equal("C# (Margin Notebooks)", (await browser.Page.Locator("#kernel_indicator .kernel_indicator_name").TextContentAsync())!.Trim());

            await browser.Page.Locator(".cell").First.ClickAsync();
            await browser.Page.Keyboard.PressAsync("Escape");
            // To the first two charts: what can be known, and the penalties. The cells after them train.
            for (var cell = 0; cell <= charts[1]; cell++)
                await browser.Page.Keyboard.PressAsync("Shift+Enter");
            foreach (var cell in charts.Take(2))
            {
                var output = browser.Page.Locator(".cell").Nth(cell).Locator(".output_area");
                await output.Locator(".js-plotly-plot .main-svg").First.WaitForAsync();
                Assert.True(await Browser.MarksAsync(output.Last) > 0, $"cell {cell} shows a chart without marks");
            }
            Assert.Equal(0, await browser.Page.Locator(".output_error").CountAsync());
            Assert.DoesNotContain(browser.Complaints, text => text.Contains("plotly", StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            Stop(server);
        }
        kernel.AssertNoneRuns();
    }

    /// <summary>Copies a notebook without its outputs.</summary>
    /// <returns>Positions of the cells that showed charts.</returns>
    private static List<int> WriteWithoutOutputs(string from, string to)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(from))!;
        var charts = new List<int>();
        var cells = notebook["cells"]!.AsArray();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i]!["outputs"] is not JsonArray outputs)
                continue;
            if (outputs.Any(output => output?["data"]?["application/vnd.plotly.v1+json"] is not null))
                charts.Add(i);
            cells[i]!["outputs"] = new JsonArray();
            cells[i]!["execution_count"] = null;
        }
        File.WriteAllText(to, notebook.ToJsonString());
        return charts;
    }

    private static Process Start(InstalledKernel kernel, string address)
    {
        var start = kernel.Python(
            "notebook", "python3-notebook", "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={new Uri(address).Port}",
            "--NotebookApp.token=", "--NotebookApp.password=", $"--notebook-dir={kernel.Folder["work"]}");
        var server = Process.Start(start)!;
        // Read and thrown away: a full pipe would stop the server.
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return server;
    }

    /// <summary>Asks the server to end, as a service manager would; it shuts its kernels down first.</summary>
    private static void Stop(Process server)
    {
        Process.Start("kill", ["-TERM", $"{server.Id}"])!.WaitForExit();
        if (!server.WaitForExit(TimeSpan.FromSeconds(30)))
            server.Kill(entireProcessTree: true);
    }

    private static async Task WaitForAsync(string address)
    {
        using var client = new HttpClient();
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(200))
        {
            try
            {
                if ((await client.GetAsync($"{address}/api")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (clock.Elapsed < TimeSpan.FromSeconds(60))
            {
                // not listening yet
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
