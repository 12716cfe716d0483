using System.IO.Compression;
using System.Text;

namespace MarginNotebooks.Display;

/// <summary>plotly.js for the page of a notebook: shown once, it draws every chart of the page that is still a picture.</summary>
/// <remarks>
/// <para>Hosts send it with the first chart. Showing it by hand helps a page that lost it, for example because that chart's output was
/// cleared before the page was loaded again: <c>display(new PlotlyScript())</c>.</para>
/// <para>It is the plotly.js of the Plotly.NET package, gzip-compressed (3.6 MB become 1.4 MB of text), and unpacked by the browser's
/// own <c>DecompressionStream</c>; in a browser without one, older than 2023, the charts stay pictures.</para>
/// </remarks>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed class PlotlyScript : IRichOutput
{
    /// <summary>What a reader does where the script is missing.</summary>
    internal const string Remedy = "Run display(new MarginNotebooks.Display.PlotlyScript()); in a cell, or restart the kernel and run all.";

    private static readonly Lazy<string> Packed = new(Pack);

    /// <summary>The script element that defines <c>window.Plotly</c> a moment after it is in the page.</summary>
    public static string Element => Packed.Value;

    /// <summary>The script element.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Element;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => [new("text/html", Element), new("text/plain", ToString())];

    /// <summary>What it is.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() => "plotly.js for the charts of this page";

    private static string Pack()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(PlotlyLibrary.Script));
        // As text of a script element, because pages that allow inline scripts do not always allow eval. The wrapper hides module loaders.
        return $$"""
            <script>
            (function () {
              if (window.Plotly || !window.DecompressionStream) return;
              var bytes = Uint8Array.from(atob('{{Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length))}}'), function (c) { return c.charCodeAt(0); });
              new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text().then(function (text) {
                if (!window.Plotly) {
                  var script = document.createElement('script');
                  script.textContent = '(function (define, module, exports) {' + text + '\n})();';
                  document.head.appendChild(script).remove();
                }
                window.dispatchEvent(new Event('{{FigureHtml.ReadyEvent}}'));
              });
            })();
            </script>

            """;
    }
}
