using MarginNotebooks.Display;
using Microsoft.Playwright;

namespace MarginNotebooks.Host.Pictures;

/// <summary>Takes the pictures of charts with one browser, which starts at the first picture and lives as long as the process.</summary>
/// <remarks>
/// <para>It stays open on a page that holds plotly.js, so that a picture costs the drawing of one chart, not the start of a browser. It
/// reaches no network, and has a sandbox unless it runs as root or the system offers none.</para>
/// <para>Playwright's driver holds the browser by a pipe and ends, with the browser, when this process does, however it ends.</para>
/// </remarks>
internal sealed class PlaywrightCamera : IChartCamera, IDisposable
{
    // As for a single run of the program: a picture takes a moment, but the machine may be busy with training.
    private const float LimitMilliseconds = 120_000;

    private const string Draw = """
        async ([json, width, height]) => {
          const figure = JSON.parse(json), box = document.getElementById('figure');
          Object.assign(figure.layout, { width: width, height: height });
          await Plotly.newPlot(box, figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
          await document.fonts.ready;
        }
        """;

    private const string Clear = "() => { Plotly.purge('figure'); document.getElementById('figure').replaceChildren(); }";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<int, IPage> _pages = [];
    private IPlaywright? _driver;
    private IBrowser? _browser;
    private string? _program;
    private bool _absent;

    /// <summary>Makes the pictures of this process; asked twice, does nothing.</summary>
    public static void Install()
    {
        if (HeadlessChromium.Camera is not null)
            return;
        var camera = new PlaywrightCamera();
        HeadlessChromium.Camera = camera;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => camera.Dispose();
    }

    /// <summary>Whether a browser is open.</summary>
    public bool IsOpen => _browser?.IsConnected == true;

    /// <inheritdoc/>
    public byte[]? Photograph(string program, string json, int width, int height, int scale)
    {
        // On a thread of its own: whoever asks may hold a thread that Playwright's answers would wait for.
        return Task.Run(async () =>
        {
            await _gate.WaitAsync();
            try
            {
                return await OpenAsync(program) is { } browser ? await TakeAsync(browser, json, width, height, scale) : null;
            }
            catch (Exception e) when (e is PlaywrightException or TimeoutException)
            {
                // A page in an unknown state, or a browser that was killed: the next picture starts anew.
                await CloseAsync();
                throw new InvalidOperationException($"{program}: {FirstLine(e)}", e);
            }
            finally
            {
                _gate.Release();
            }
        }).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // At the end of the process nobody waits long for a browser: when its driver ends, it ends too.
        Task.Run(CloseAsync).Wait(TimeSpan.FromSeconds(5));
        _driver?.Dispose();
        _driver = null;
    }

    private async Task<IBrowser?> OpenAsync(string program)
    {
        if (IsOpen && _program == program)
            return _browser;
        await CloseAsync();
        if (_absent)
            return null;
        try
        {
            _driver ??= await Playwright.CreateAsync();
        }
        catch (Exception e) when (e is PlaywrightException or System.ComponentModel.Win32Exception or IOException or TimeoutException)
        {
            // The driver is not built for every system; a run of the program for each picture needs none.
            _absent = true;
            return null;
        }
        _program = program;
        return _browser = await LaunchAsync(_driver, program, sandbox: !HeadlessChromium.IsRoot);
    }

    private static async Task<IBrowser> LaunchAsync(IPlaywright driver, string program, bool sandbox)
    {
        try
        {
            return await driver.Chromium.LaunchAsync(new()
            {
                ExecutablePath = program,
                Args = HeadlessChromium.Quiet,
                ChromiumSandbox = sandbox,
                Timeout = LimitMilliseconds,
                // Ctrl-C stops a cell, not the browser.
                HandleSIGINT = false,
            });
        }
        catch (PlaywrightException e) when (sandbox && HeadlessChromium.LacksSandbox(e.Message))
        {
            // The page is this program's own, without any foreign script: it can do without.
            return await LaunchAsync(driver, program, sandbox: false);
        }
    }

    private async Task<byte[]> TakeAsync(IBrowser browser, string json, int width, int height, int scale)
    {
        if (!_pages.TryGetValue(scale, out var page))
        {
            var context = await browser.NewContextAsync(new() { DeviceScaleFactor = scale, Offline = true });
            page = await context.NewPageAsync();
            page.SetDefaultTimeout(LimitMilliseconds);
            await page.SetContentAsync(FigureHtml.EmptyStill());
            _pages[scale] = page;
        }
        await page.SetViewportSizeAsync(width, height);
        await page.EvaluateAsync(Draw, new object[] { json, width, height });
        var png = await page.ScreenshotAsync(new() { Timeout = LimitMilliseconds });
        await page.EvaluateAsync(Clear);
        return png;
    }

    private async Task CloseAsync()
    {
        _pages.Clear();
        var browser = _browser;
        _browser = null;
        if (browser is null)
            return;
        try
        {
            await browser.CloseAsync();
        }
        catch (PlaywrightException)
        {
            // It has already ended.
        }
    }

    private static string FirstLine(Exception e) => e.Message.Trim().Split('\n')[0];
}
