using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;
using Microsoft.Playwright;

namespace MarginNotebooks.Host.Tests.Notebooks.Html;

/// <summary>What a reader sees of a notebook's charts, cut off from every network, with scripts and without.</summary>
[Collection(Browsers.Name)]
public sealed class ChartsInPagesTests(ChartsInPagesTests.Executed executed) : IClassFixture<ChartsInPagesTests.Executed>
{
    // nbconvert's pages load these from the network; a module loader is put in their place, because it is what makes plotly.js hide.
    private const string Loader = "data:text/javascript,window.define=function(){};define.amd={};window.require=window.requirejs=function(){};require.config=function(){}";

    // The losses: 2 panels of 2 lines, and the lowest point. A line. Bars.
    private const int Traces = 2 + 2 + 1 + 1 + 1;

    public static TheoryData<string> Pages => ["own", "lab", "classic"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_chart_is_drawn_and_the_console_stays_silent(string page)
    {
        await using var reader = await Reader.OpenAsync(executed.Page(page), scripts: true);
        await reader.Page.WaitForFunctionAsync($"document.querySelectorAll('.js-plotly-plot .main-svg .trace').length >= {Traces}");

        Assert.Equal(3, await reader.Page.Locator(".js-plotly-plot").CountAsync());
        Assert.Equal(Traces, await reader.Page.Locator(".js-plotly-plot .main-svg .trace").CountAsync());
        Assert.Equal(3, await reader.Page.Locator(".js-plotly-plot .bars .point path").CountAsync());
        Assert.Equal(0, await reader.Page.Locator("img").CountAsync());
        foreach (var chart in await reader.Page.Locator(".js-plotly-plot").AllAsync())
            Assert.InRange((await chart.BoundingBoxAsync())!.Width, 400, 2000);
        Assert.Empty(reader.Problems);
        await reader.KeepAsync($"{page}-scripts");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Without_scripts_every_chart_is_a_picture(string page)
    {
        await using var reader = await Reader.OpenAsync(executed.Page(page), scripts: false);
        var pictures = await reader.Page.Locator("img").AllAsync();

        Assert.Equal(3, pictures.Count);
        foreach (var picture in pictures)
        {
            Assert.True(await picture.IsVisibleAsync());
            var box = (await picture.BoundingBoxAsync())!;
            Assert.InRange(box.Width, 500, 1000);
            Assert.InRange(box.Height, 200, 800); // a picture that does not load is a line of text
            Assert.False(string.IsNullOrWhiteSpace(await picture.GetAttributeAsync("alt")));
        }
        await reader.KeepAsync($"{page}-no-scripts");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_classic_notebook_server_draws_a_notebook_it_trusts_and_shows_pictures_of_others(bool trusted)
    {
        var notebook = executed.Notebook;
        var other = executed.Copy(trusted);
        using var server = new ClassicServer(Path.GetDirectoryName(notebook)!, trusted ? other : notebook);
        await server.ReadyAsync();
        await using var reader = await Reader.OpenAsync(new Uri(server.Address, $"notebooks/{Path.GetFileName(other)}"), scripts: true);
        if (trusted)
        {
            // The page has a real module loader.
            await reader.Page.WaitForFunctionAsync(
                $"document.querySelectorAll('.js-plotly-plot .main-svg .trace').length >= {Traces}", null, new() { Timeout = 120_000 });
            Assert.Equal(0, await reader.Page.Locator(".output img").CountAsync());
        }
        else
        {
            await reader.Page.WaitForFunctionAsync(
                "[...document.querySelectorAll('.output img')].filter(i => i.naturalWidth > 500 && i.offsetHeight > 200).length == 3", null, new() { Timeout = 120_000 });
            Assert.Equal(0, await reader.Page.Locator(".js-plotly-plot").CountAsync());
        }
        await reader.KeepAsync($"server-{(trusted ? "trusted" : "untrusted")}");
    }

    [Fact]
    public void The_notebook_holds_plotly_once_and_every_form_of_every_chart()
    {
        var notebook = MarginNotebooks.Host.Notebooks.NotebookDocument.Load(executed.Notebook);
        var charts = notebook.Cells.SelectMany(cell => cell.Outputs).Select(output => output!["data"]?.AsObject())
            .Where(data => data?.ContainsKey("application/vnd.plotly.v1+json") == true).ToList();

        Assert.Equal(3, charts.Count);
        Assert.All(charts, data =>
            Assert.Equal(["application/vnd.plotly.v1+json", "image/png", "text/html", "text/plain"], data!.Select(part => part.Key).Order()));
        Assert.Equal([true, false, false], charts.Select(data =>
            MarginNotebooks.Host.Notebooks.SharedPlotly.IsCarrier(MarginNotebooks.Host.Notebooks.MultilineText.Read(data!["text/html"]))));
    }

    /// <summary>A notebook with three charts, executed by the command with pictures, and turned into pages.</summary>
    public sealed class Executed : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Finished? _ran;

        public Executed()
        {
            if (!File.Exists(Reader.Program))
                return;
            var notebook = TestNotebook.Write(
                _folder,
                "in.ipynb",
                TestNotebook.Code("using MarginNotebooks.Display;\nusing Plotly.NET.CSharp;"),
                TestNotebook.Code("PenaltyCurves.Draw([PenaltyCurve.CrossEntropy, PenaltyCurve.Margin(5)])"),
                TestNotebook.Code("Chart.Line<int, int, string>(x: new[] { 1, 2, 3 }, y: new[] { 1, 4, 9 }, Name: \"</script><b>one\")"),
                TestNotebook.Code("display(Chart.Column<int, string, string>(values: new[] { 5, 6, 7 }, Keys: new[] { \"a\", \"b\", \"c\" }));"));
            var start = Processes.MarginStart(_folder.Path, "notebook", "run", notebook, "--output", "out.ipynb", "--html", "own.html");
            start.Environment["MARGIN_CHROMIUM"] = Reader.Program;
            _ran = Processes.Run(start);
        }

        public string Notebook
        {
            get
            {
                if (_ran is null)
                    Assert.Skip("needs a Chromium: apt-get install -y --no-install-recommends chromium");
                Assert.True(_ran.ExitCode == ExitCodes.Success, _ran.Errors);
                return _folder["out.ipynb"];
            }
        }

        /// <summary>The executed notebook with another content, so that trust in one is no trust in the other.</summary>
        public string Copy(bool trusted)
        {
            var copy = _folder[$"trusted-{trusted}.ipynb"];
            File.WriteAllText(copy, File.ReadAllText(Notebook).Replace("using MarginNotebooks.Display;", $"// {trusted}\\nusing MarginNotebooks.Display;"));
            return copy;
        }

        public string Page(string kind)
        {
            var notebook = Notebook;
            var page = _folder[$"{kind}.html"];
            if (File.Exists(page))
                return page;
            var converted = Processes.Python("nbconvert", "python3-nbconvert", """
                import sys
                from nbconvert import HTMLExporter
                exporter = HTMLExporter(template_name=sys.argv[1], require_js_url=sys.argv[4], jquery_url="data:text/javascript,", mathjax_url="")
                open(sys.argv[3], "w").write(exporter.from_filename(sys.argv[2])[0])
                """, kind, notebook, page, Loader);
            Assert.True(converted.ExitCode == 0, converted.Errors);
            return page;
        }

        public void Dispose() => _folder.Dispose();
    }

    /// <summary>A browser on one page.</summary>
    private sealed class Reader : IAsyncDisposable
    {
        public const string Program = "/usr/bin/chromium";
        // The notebook server of a test is on this machine.
        private static readonly string[] Offline =
            [.. Display.HeadlessChromium.Quiet.Select(argument => argument.Replace("~NOTFOUND", "~NOTFOUND, EXCLUDE 127.0.0.1", StringComparison.Ordinal))];

        private readonly IPlaywright _driver;
        private readonly IBrowser _browser;

        private Reader(IPlaywright driver, IBrowser browser, IPage page) => (_driver, _browser, Page) = (driver, browser, page);

        public IPage Page { get; }

        public List<string> Problems { get; } = [];

        public static Task<Reader> OpenAsync(string page, bool scripts) => OpenAsync(new Uri(page), scripts);

        public static async Task<Reader> OpenAsync(Uri page, bool scripts)
        {
            var driver = await Playwright.CreateAsync();
            var browser = await driver.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Offline });
            var context = await browser.NewContextAsync(new() { JavaScriptEnabled = scripts, ViewportSize = new() { Width = 1200, Height = 900 } });
            var reader = new Reader(driver, browser, await context.NewPageAsync());
            reader.Page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                    reader.Problems.Add($"{message.Type}: {message.Text}");
            };
            reader.Page.PageError += (_, error) => reader.Problems.Add(error);
            reader.Page.Request += (_, request) =>
            {
                if (!request.Url.StartsWith("file:") && !request.Url.StartsWith("data:") && !request.Url.StartsWith("blob:"))
                    reader.Problems.Add($"asks for {request.Url}");
            };
            await reader.Page.GotoAsync(page.AbsoluteUri);
            return reader;
        }

        /// <summary>Keeps a screenshot for a person, where one is wanted.</summary>
        public async Task KeepAsync(string name)
        {
            if (Environment.GetEnvironmentVariable("MARGIN_SCREENSHOTS") is { Length: > 0 } folder)
                await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }

        public async ValueTask DisposeAsync()
        {
            await _browser.CloseAsync();
            _driver.Dispose();
        }
    }
}
