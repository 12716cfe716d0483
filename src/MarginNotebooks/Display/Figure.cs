using MarginNotebooks.Runtime;
using Plotly.NET;

namespace MarginNotebooks.Display;

/// <summary>A chart with a title and a description in words, which shows itself in notebooks, pages and pictures.</summary>
/// <remarks>The chart is a Plotly.NET one, reachable through <see cref="Chart"/>; a figure adds what the different hosts need.</remarks>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed class Figure : IRichOutput
{
    private const int PictureWidth = 960;
    private const int PictureHeight = 450;
    private readonly Lock _pictureLock = new();
    private readonly Dictionary<(int, int, int), (string Json, byte[] Png)> _pictures = [];

    /// <summary>Wraps a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="title">Short title, plain text.</param>
    /// <param name="altText">One sentence that says what is seen, for readers who cannot see it.</param>
    public Figure(GenericChart chart, string title, string altText)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(altText);
        (Chart, Title, AltText) = (chart, title, altText);
    }

    /// <summary>The Plotly.NET chart.</summary>
    public GenericChart Chart { get; }

    /// <summary>Short title.</summary>
    public string Title { get; }

    /// <summary>Description in one sentence.</summary>
    public string AltText { get; }

    /// <summary>The text of plotly.min.js, for pages that hold it once and then <see cref="ToHtmlFragment"/> of each figure.</summary>
    public static string PlotlyScript => PlotlyLibrary.Script;

    /// <summary>The script element a page holds once; it defines <c>window.Plotly</c> even where a module loader is in the page.</summary>
    public static string PlotlyScriptElement => FigureHtml.ScriptElement();

    /// <summary>
    /// HTML that draws the chart with the network off; plotly.js is inside, packed (1.4 MB), and a picture for viewers without scripts
    /// where there is a Chromium to take it.
    /// </summary>
    /// <returns>An HTML fragment.</returns>
    public string ToHtml() => Display.PlotlyScript.Element + Fragment(TryPicture(scale: 1));

    /// <summary>HTML that draws the chart in a page that has plotly.js (<see cref="PlotlyScriptElement"/>).</summary>
    /// <returns>An HTML fragment: an element and a script.</returns>
    public string ToHtmlFragment() => Fragment(png: null);

    /// <summary>The chart as plotly's JSON: data, layout and config.</summary>
    /// <returns>The content of <c>application/vnd.plotly.v1+json</c>.</returns>
    public string ToPlotlyJson() => PlotlyJson.Write(Chart);

    /// <summary>A Markdown image with the picture inside; title and description where no picture can be taken.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown() => TryPicture() is { } png
        ? $"![{TableMarkdown.Escape($"{Title}. {AltText}")}](data:image/png;base64,{Convert.ToBase64String(png)})"
        : $"**{TableMarkdown.Escape(Title)}.** {TableMarkdown.Escape(AltText)}";

    /// <summary>A picture of the chart, kept for the next call.</summary>
    /// <param name="width">Width in CSS pixels; null for the chart's own, or 960.</param>
    /// <param name="height">Height in CSS pixels; null for the chart's own, or 450.</param>
    /// <param name="scale">Picture pixels for each CSS pixel; 2 is sharp in print.</param>
    /// <returns>
    /// A PNG of <c>width·scale</c> by <c>height·scale</c> pixels, or null when there is no Chromium (see <see cref="HeadlessChromium"/>).
    /// </returns>
    /// <exception cref="InvalidOperationException">Chromium failed.</exception>
    public byte[]? ToPng(int? width = null, int? height = null, int scale = 2)
    {
        var size = (width ?? PlotlyJson.LayoutSize(Chart, "width") ?? PictureWidth,
            height ?? PlotlyJson.LayoutSize(Chart, "height") ?? PictureHeight, scale);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Item1, 1, nameof(width));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Item2, 1, nameof(height));
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        lock (_pictureLock)
        {
            var json = ToPlotlyJson();
            if (_pictures.TryGetValue(size, out var kept) && kept.Json == json) // the chart can be changed from outside
                return kept.Png;
            if (HeadlessChromium.Find() is not { } program)
                return null;
            var png = HeadlessChromium.Photograph(program, json, size.Item1, size.Item2, scale);
            _pictures[size] = (json, png);
            return png;
        }
    }

    /// <summary>
    /// What a notebook stores: plotly's JSON for front ends that have a renderer, HTML that draws itself for the others, and a picture
    /// (left out without a Chromium) for viewers that show neither.
    /// </summary>
    /// <remarks>
    /// The HTML also holds a picture: viewers that prefer HTML but run no scripts, such as a code host's preview, show that one. It is a
    /// smaller copy (WebP), about a third of the PNG, rather than the PNG a second time.
    /// </remarks>
    /// <returns>Representations by MIME type, richest first.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle()
    {
        var png = TryPicture(scale: 1);
        List<KeyValuePair<string, string>> parts =
        [
            new("application/vnd.plotly.v1+json", ToPlotlyJson()),
            new("text/html", Display.PlotlyScript.Element + Fragment(png)),
        ];
        if (png is not null)
            parts.Add(new("image/png", Convert.ToBase64String(png)));
        return [.. parts, new("text/plain", ToString())];
    }

    /// <summary>Writes the figure, whole or not at all, in the form that the file's extension names.</summary>
    /// <param name="path">A file ending in .html (one page, offline), .png, .json (plotly's JSON) or .md.</param>
    /// <exception cref="ArgumentException">The extension is another one.</exception>
    /// <exception cref="InvalidOperationException">A picture is wanted, but there is no Chromium.</exception>
    public void Save(string path)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".html":
                WholeFile.WriteText(path, FigureHtml.Page(Title, PlotlyScriptElement + ToHtmlFragment()));
                break;
            case ".json":
                WholeFile.WriteText(path, ToPlotlyJson());
                break;
            case ".md":
                WholeFile.WriteText(path, ToMarkdown() + "\n");
                break;
            case ".png":
                var png = ToPng() ?? throw new InvalidOperationException(
                    $"'{path}' needs a Chromium to draw it, and none was found on the PATH. Install the package 'chromium', or set "
                    + "MARGIN_CHROMIUM; .html and .json need none.");
                WholeFile.Write(path, stream => stream.Write(png));
                break;
            default:
                throw new ArgumentException($"'{path}': a figure is saved as .html, .png, .json or .md.", nameof(path));
        }
    }

    /// <summary>Title and description.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() => $"{Title}. {AltText}";

    private string Fragment(byte[]? png) =>
        FigureHtml.Fragment(ToPlotlyJson(), ToString(), PlotlyJson.LayoutSize(Chart, "height"), png is null ? null : SmallPicture.DataUri(png));

    /// <summary>The picture, or null when Chromium is absent or fails: a missing twin must not stop a notebook.</summary>
    private byte[]? TryPicture(int scale = 2)
    {
        if (HeadlessChromium.Failure is not null)
            return null;
        try
        {
            return ToPng(scale: scale);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            HeadlessChromium.Failure = e.Message;
            return null;
        }
    }
}
