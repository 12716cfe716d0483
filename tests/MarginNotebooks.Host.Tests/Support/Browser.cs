using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Debian's Chromium with one page; it notes what the page complains of and what it asks the network for.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    // Marks as plotly.js draws them; axes, legends and sliders are none.
    private const string CountMarks = """
        root => ['.scatterlayer path.js-line[d]', '.scatterlayer .points path[d]', '.boxlayer path.box', '.barlayer .point path[d]', '.imagelayer image', '.heatmaplayer image']
          .map(kind => [...root.querySelectorAll(kind)].filter(mark => {
            const box = mark.getBoundingClientRect();
            return box.width > 0 || box.height > 0;
          }).length).reduce((a, b) => a + b, 0)
        """;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    /// <summary>Messages of the kind "error" on the page's console, and exceptions that nobody caught.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Addresses outside the page itself that it asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Opens a browser; the test is skipped where there is none.</summary>
    /// <param name="offline">True cuts the page off from every network.</param>
    public static async Task<Browser> OpenAsync(bool offline)
    {
        if (!File.Exists(Program))
            Assert.Skip("Chromium is missing: apt-get install -y --no-install-recommends chromium");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            ChromiumSandbox = false,
            Args = ["--disable-gpu", "--disable-dev-shm-usage", .. offline ? new[] { "--host-resolver-rules=MAP * ~NOTFOUND" } : []],
        });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            Offline = offline,
            ViewportSize = new ViewportSize { Width = 1200, Height = 900 },
        });
        context.SetDefaultTimeout(90_000);
        var opened = new Browser(playwright, browser, await context.NewPageAsync());
        opened.Page.Console += (_, message) =>
        {
            if (message.Type == "error")
                opened.Complaints.Enqueue(message.Text);
        };
        opened.Page.PageError += (_, error) => opened.Complaints.Enqueue(error);
        opened.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                opened.Requests.Enqueue(request.Url);
        };
        return opened;
    }

    /// <summary>How many lines, points, bars and pictures plotly drew in an element.</summary>
    public static Task<int> MarksAsync(ILocator element) => element.EvaluateAsync<int>(CountMarks);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
