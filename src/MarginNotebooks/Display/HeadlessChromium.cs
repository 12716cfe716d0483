using System.Diagnostics;
using System.Globalization;

namespace MarginNotebooks.Display;

/// <summary>A Chromium without a window, used to turn pages into pictures. Optional: nothing but pictures needs it.</summary>
/// <remarks>
/// The program is the one that the environment variable <c>MARGIN_CHROMIUM</c> names (<c>none</c> switches pictures off), otherwise the
/// first of chromium, chromium-browser, google-chrome on the PATH. Each run has its own empty profile and reaches no network. Here every
/// picture is a run of its own, about a second, because nothing but the program is needed; a host that takes many sets
/// <see cref="Camera"/>.
/// </remarks>
public static class HeadlessChromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    // A picture takes about a second; a machine busy with training can be many times slower.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Why pictures are left out of notebook outputs since a first attempt failed; null while none has.</summary>
    public static string? Failure { get; internal set; }

    /// <summary>Takes the pictures of charts in place of one run of the program for each; null when no host has brought one.</summary>
    internal static IChartCamera? Camera { get; set; }

    /// <summary>What a person should be told about pictures that are missing: no program, or why a first attempt failed.</summary>
    /// <returns>A sentence with its remedy; null when pictures are taken, or switched off by <c>MARGIN_CHROMIUM=none</c>.</returns>
    public static string? MissingNotice()
    {
        const string Effect = "charts are stored without a picture; viewers without scripts show their description";
        if (Failure is not null)
            return $"{Effect}: {Failure}";
        if (string.Equals(Environment.GetEnvironmentVariable("MARGIN_CHROMIUM"), "none", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            return Find() is null ? $"{Effect}: no Chromium on the PATH. Install the package 'chromium', or set MARGIN_CHROMIUM." : null;
        }
        catch (FileNotFoundException e)
        {
            return $"{Effect}: {e.Message}";
        }
    }

    /// <summary>The program's full path; null when there is none.</summary>
    /// <returns>A path or null.</returns>
    /// <exception cref="FileNotFoundException"><c>MARGIN_CHROMIUM</c> names a file that does not exist.</exception>
    public static string? Find()
    {
        var wanted = Environment.GetEnvironmentVariable("MARGIN_CHROMIUM");
        if (string.Equals(wanted, "none", StringComparison.OrdinalIgnoreCase))
            return null;
        if (!string.IsNullOrEmpty(wanted))
            return File.Exists(wanted)
                ? wanted
                : throw new FileNotFoundException(
                    $"MARGIN_CHROMIUM is '{wanted}', which does not exist. Set it to Chromium's program file, to 'none', or unset it.",
                        wanted);
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    /// <summary>A picture of a chart.</summary>
    /// <param name="program">The program, from <see cref="Find"/>.</param>
    /// <param name="json">The chart as plotly's JSON.</param>
    /// <param name="width">Width in CSS pixels.</param>
    /// <param name="height">Height in CSS pixels.</param>
    /// <param name="scale">Picture pixels for each CSS pixel.</param>
    /// <returns>A PNG of <c>width·scale</c> by <c>height·scale</c> pixels.</returns>
    /// <exception cref="InvalidOperationException">The program failed, or did not end in time.</exception>
    internal static byte[] Photograph(string program, string json, int width, int height, int scale) =>
        Camera?.Photograph(program, json, width, height, scale)
        ?? Screenshot(program, FigureHtml.Still(json, width, height), width, height, scale);

    /// <summary>A picture of a page.</summary>
    /// <param name="program">The program, from <see cref="Find"/>.</param>
    /// <param name="html">The page, with everything it needs inside.</param>
    /// <param name="width">Width of the page in CSS pixels.</param>
    /// <param name="height">Height of the page in CSS pixels.</param>
    /// <param name="scale">Picture pixels for each CSS pixel.</param>
    /// <returns>A PNG of <c>width·scale</c> by <c>height·scale</c> pixels.</returns>
    /// <exception cref="InvalidOperationException">The program failed, or did not end in time.</exception>
    internal static byte[] Screenshot(string program, string html, int width, int height, int scale)
    {
        using var folder = new Scratch();
        var picture = Path.Combine(folder.Path, "page.png");
        Run(program, folder, html, Limit, [
            $"--screenshot={picture}", $"--window-size={width},{height}", "--hide-scrollbars",
            $"--force-device-scale-factor={scale.ToString(CultureInfo.InvariantCulture)}"]);
        return File.Exists(picture)
            ? File.ReadAllBytes(picture)
            : throw new InvalidOperationException($"{program} ended without writing a picture.");
    }

    /// <summary>The document of a page after its scripts ran, as HTML text.</summary>
    /// <exception cref="InvalidOperationException">The program failed, or did not end in time.</exception>
    internal static string DumpDocument(string program, string html)
    {
        using var folder = new Scratch();
        return Run(program, folder, html, Limit, ["--dump-dom", "--virtual-time-budget=10000", "--window-size=1000,800"]);
    }

    /// <summary>Whether the sandbox cannot work here: Chromium refuses to start it for root.</summary>
    internal static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Whether a start failed because the system (a container without user namespaces) offers no sandbox.</summary>
    internal static bool LacksSandbox(string message) => message.Contains("sandbox", StringComparison.OrdinalIgnoreCase);

    /// <summary>What keeps the program from the network, from asking questions and from writing outside its profile.</summary>
    internal static string[] Quiet =>
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-breakpad", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
    ];

    private static string Run(string program, Scratch folder, string html, TimeSpan limit, IReadOnlyList<string> arguments)
    {
        var page = Path.Combine(folder.Path, "page.html");
        File.WriteAllText(page, html);
        string[] rest = [.. arguments, new Uri(page).AbsoluteUri];
        if (IsRoot)
            return Run(program, folder, limit, ["--no-sandbox", .. rest]);
        try
        {
            return Run(program, folder, limit, rest);
        }
        catch (InvalidOperationException e) when (LacksSandbox(e.Message))
        {
            // The pages are this library's own, without any foreign script: they can do without.
            return Run(program, folder, limit, ["--no-sandbox", .. rest]);
        }
    }

    private static string Run(string program, Scratch folder, TimeSpan limit, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["--headless", .. Quiet, $"--user-data-dir={Path.Combine(folder.Path, "profile")}", .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new InvalidOperationException($"{program} did not finish within {limit.TotalSeconds:0} seconds and was stopped.");
        }

        if (process.ExitCode != 0)
        {
            var text = errors.Wait(TimeSpan.FromSeconds(1)) ? errors.Result : "";
            var end = text[Math.Max(0, text.Length - 2000)..].Trim();
            throw new InvalidOperationException($"{program} ended with code {process.ExitCode}: {end}");
        }

        // A helper process of Chromium may keep the pipe open for a moment after the main one has ended.
        return output.Wait(Limit) ? output.Result
            : throw new InvalidOperationException($"{program} did not close its output.");
    }

    /// <summary>A temporary folder, removed with everything in it.</summary>
    private sealed class Scratch : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("margin-figure-").FullName;

        public void Dispose()
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    Directory.Delete(Path, recursive: true);
                    return;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Chromium's helpers write into the profile until they have ended.
                    if (attempt == 20)
                        return;
                    Thread.Sleep(100);
                }
            }
        }
    }
}
