using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace MarginNotebooks.Display;

/// <summary>The HTML forms of a figure.</summary>
internal static class FigureHtml
{
    /// <summary>An element and the script that fills it, once <c>window.Plotly</c> exists.</summary>
    /// <remarks>
    /// The element is found by a digest of its content rather than by a fresh id, so that running a notebook twice gives the same text;
    /// each script takes the elements that are still empty, so that a figure shown twice is drawn twice.
    /// </remarks>
    public static string Fragment(string json, string altText, int? height)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        var style = height is { } h ? $"width:100%;height:{h}px" : "width:100%;min-height:450px";
        return $$"""
            <div class="margin-figure" data-figure="{{digest}}" role="img" aria-label="{{WebUtility.HtmlEncode(altText)}}" style="{{style}}"></div>
            <script>
            (function () {
              var figure = {{PlotlyJson.ForScript(json)}};
              function draw() {
                if (!window.Plotly) return false;
                document.querySelectorAll('.margin-figure[data-figure="{{digest}}"]:not(.js-plotly-plot)').forEach(function (element) {
                  window.Plotly.newPlot(element, figure.data, figure.layout, figure.config);
                });
                return true;
              }
              if (!draw()) window.addEventListener('load', draw);
            })();
            </script>
            """;
    }

    /// <summary>plotly.js as a script element, to stand once in a page before the fragments.</summary>
    /// <remarks>
    /// plotly.js hands itself to a module loader when it sees one (<c>define</c>, <c>module</c>); notebook pages often have one, and then
    /// <c>window.Plotly</c> would stay empty. The wrapper hides the loaders from it.
    /// </remarks>
    public static string ScriptElement() =>
        "<script>\nif (!window.Plotly) (function (define, module, exports) {\n" + PlotlyLibrary.Script + "\n})();\n</script>\n";

    /// <summary>A page that holds nothing but the chart at a fixed size, without buttons: what a picture is taken of.</summary>
    public static string Still(string json, int width, int height) => Page("figure", $$"""
        {{ScriptElement()}}<div id="figure"></div>
        <script>
        var figure = {{PlotlyJson.ForScript(json)}};
        figure.layout.width = {{width}};
        figure.layout.height = {{height}};
        Plotly.newPlot('figure', figure.data, figure.layout, { staticPlot: true, displayModeBar: false });
        </script>
        """);

    /// <summary>A whole page.</summary>
    public static string Page(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{WebUtility.HtmlEncode(title)}</title></head>
        <body style="margin:0;background:#fff">
        {body}
        </body>
        </html>

        """;
}
