using System.Diagnostics;
using MarginNotebooks.Host.Pictures;
using MarginNotebooks.Host.Tests.Support;
using SkiaSharp;

namespace MarginNotebooks.Host.Tests.Pictures;

[Collection(Browsers.Name)]
public sealed class PlaywrightCameraTests
{
    private const string Blue = """
        {"data":[{"type":"bar","x":["a","b"],"y":[1,2],"marker":{"color":"#0000ff"}}],
         "layout":{"margin":{"l":0,"r":0,"t":0,"b":0},"title":{"text":"</script><b>"}},"config":{}}
        """;

    [Fact]
    public void Pictures_have_their_size_and_colours_and_come_from_one_browser()
    {
        using var camera = new PlaywrightCamera();
        var first = Take(camera, Blue, 300, 200, 1);
        var browsers = Mine();
        var sharp = Take(camera, Blue, 300, 200, 2);
        var second = Take(camera, Blue.Replace("0000ff", "ff0000"), 200, 100, 1);

        Assert.Equal((300, 200), (first.Width, first.Height));
        Assert.Equal((600, 400), (sharp.Width, sharp.Height));
        Assert.Equal((200, 100), (second.Width, second.Height));
        Assert.InRange(Count(first, SKColors.Blue), 300 * 200 / 3, 300 * 200 * 2 / 3);
        Assert.InRange(Count(second, SKColors.Red), 200 * 100 / 3, 200 * 100 * 2 / 3);
        Assert.Equal(0, Count(second, SKColors.Blue)); // nothing is left of the chart before
        Assert.Single(browsers);
        Assert.Equal(browsers, Mine());
    }

    [Fact]
    public void A_browser_that_was_killed_is_started_again()
    {
        using var camera = new PlaywrightCamera();
        using var before = Take(camera, Blue, 100, 100, 1);
        foreach (var process in Mine())
            Kill(process);
        Assert.True(SpinWait.SpinUntil(() => !camera.IsOpen, TimeSpan.FromSeconds(30)), "the camera did not notice that its browser is gone");
        using var after = Take(camera, Blue, 100, 100, 1);

        Assert.Equal(Count(before, SKColors.Blue), Count(after, SKColors.Blue));
    }

    [Fact]
    public void A_chart_that_cannot_be_drawn_and_a_program_that_fails_are_reported_and_spoil_nothing()
    {
        using var camera = new PlaywrightCamera();
        Assert.Throws<InvalidOperationException>(() => camera.Photograph(Program(), "{\"data\": 7", 100, 100, 1));
        Assert.Throws<InvalidOperationException>(() => camera.Photograph("/bin/false", Blue, 100, 100, 1));
        using var picture = Take(camera, Blue, 100, 100, 1);

        Assert.True(Count(picture, SKColors.Blue) > 0);
    }

    [Fact]
    public void A_closed_camera_leaves_no_process_and_no_folder()
    {
        var before = Directory.GetDirectories(Path.GetTempPath(), "playwright*");
        using (var camera = new PlaywrightCamera())
            Take(camera, Blue, 100, 100, 1).Dispose();

        Assert.True(SpinWait.SpinUntil(() => !Mine().Any(), TimeSpan.FromSeconds(30)), "a browser is left");
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "playwright*").Except(before));
    }

    [Theory]
    [InlineData("run-driver")]
    [InlineData("chromium")]
    [InlineData("ready")]
    public async Task A_process_that_is_killed_at_any_moment_leaves_no_orphan(string moment)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("looks for processes in /proc");
        using var folder = new TemporaryFolder();
        var mark = Guid.NewGuid().ToString("N");
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Code(
            "using MarginNotebooks.Display;\nPenaltyCurves.Draw([PenaltyCurve.CrossEntropy]).ToPng();\n"
            + "File.WriteAllText(\"ready\", \"\");\nSystem.Threading.Thread.Sleep(600_000);"));
        var start = Processes.MarginStart(folder.Path, "notebook", "run", notebook);
        (start.Environment["MARGIN_CHROMIUM"], start.Environment["MARGIN_TEST_MARK"]) = (Program(), mark);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var output = Processes.FinishAsync(process);
        try
        {
            Assert.True(
                SpinWait.SpinUntil(
                    () => output.IsCompleted || (moment == "ready" ? File.Exists(folder["ready"])
                        : Marked(mark).Any(one => one.Path.Contains(moment, StringComparison.Ordinal) && !one.Path.Contains("margin.dll"))),
                    TimeSpan.FromMinutes(2)) && !output.IsCompleted,
                $"the moment '{moment}' never came{(output.IsCompleted ? ": " + (await output).Errors : "")}");
        }
        finally
        {
            Kill(process.Id);
        }
        SpinWait.SpinUntil(() => !Marked(mark).Any(), TimeSpan.FromSeconds(30));

        Assert.Empty(Marked(mark).Select(one => one.Path));
        Assert.NotEqual(0, (await output).ExitCode);
    }

    private static SKBitmap Take(PlaywrightCamera camera, string json, int width, int height, int scale) =>
        SKBitmap.Decode(camera.Photograph(Program(), json, width, height, scale));

    private static int Count(SKBitmap picture, SKColor colour) => picture.Pixels.Count(pixel => pixel == colour);

    private static string Program()
    {
        const string program = "/usr/bin/chromium";
        if (!File.Exists(program))
            Assert.Skip("needs a Chromium: apt-get install -y --no-install-recommends chromium");
        return program;
    }

    /// <summary>Main processes of the browsers below this process.</summary>
    private static List<int> Mine()
    {
        var all = Directory.GetDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0).Where(id => id > 0)
            .Select(id => (Id: id, Stat: Read($"/proc/{id}/stat"))).Where(one => one.Stat.Length > 0)
            .Select(one => (one.Id, Fields: one.Stat[(one.Stat.LastIndexOf(')') + 2)..].Split(' ')))
            .Where(one => one.Fields[0] != "Z").ToDictionary(one => one.Id, one => int.Parse(one.Fields[1]));
        return [.. all.Keys.Where(id => Ancestors(id).Contains(Environment.ProcessId)
            && Read($"/proc/{id}/cmdline") is var line && line.Contains("--remote-debugging-pipe") && !line.Contains("--type=")).Order()];

        IEnumerable<int> Ancestors(int id)
        {
            while (all.TryGetValue(id, out var parent))
                yield return id = parent;
        }
    }

    /// <summary>Living processes that inherited a mark, whoever their parent is by now.</summary>
    private static IEnumerable<(int Id, string Path)> Marked(string mark) =>
        Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Where(folder => Read($"{folder}/environ").Contains(mark, StringComparison.Ordinal))
            .Select(folder => (int.Parse(Path.GetFileName(folder)), Read($"{folder}/cmdline").Replace('\0', ' ')));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has just ended
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has just ended.
        }
    }
}
