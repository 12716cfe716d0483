using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace MarginNotebooks.Display;

/// <summary>The HTML forms of a figure.</summary>
internal static class FigureHtml
{
    /// <summary>What the script of <see cref="ScriptElement"/> or <see cref="PlotlyScript"/> announces once plotly.js is there.</summary>
    public const string ReadyEvent = "margin-plotly";

    // Long enough for a packed plotly.js to be unpacked on a slow machine.
    private const int PatienceMilliseconds = 5000;

    /// <summary>An element and the script that draws the chart in it, once <c>window.Plotly</c> exists.</summary>
    /// <remarks>
    /// Until then, and where no script runs, the element holds a picture, or words where there is none. The element is found by a digest
    /// of its content rather than by a fresh id, so that running a notebook twice gives the same text; each script takes the elements
    /// that are not drawn yet, so that a figure shown twice is drawn twice.
    /// </remarks>
    /// <param name="json">The chart as plotly's JSON.</param>
    /// <param name="altText">Title and description.</param>
    /// <param name="height">Height in CSS pixels; null for plotly's own.</param>
    /// <param name="picture">Address of a picture of the chart; null when there is none.</param>
    public static string Fragment(string json, string altText, int? height, string? picture = null)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        var style = height is { } h ? $"width:100%;min-height:{h}px" : "width:100%;min-height:450px";
        var words = WebUtility.HtmlEncode(altText);
        var still = picture is null ? $"<p>{words}</p>" : $"<img src=\"{picture}\" alt=\"{words}\" style=\"max-width:100%\">";
        return $$"""
            <div class="margin-figure" data-figure="{{digest}}" role="img" aria-label="{{words}}" style="{{style}}">{{still}}</div>
            <script>
            (function () {
              var figure = {{PlotlyJson.ForScript(json)}};
              function each(use) {
                document.querySelectorAll('.margin-figure[data-figure="{{digest}}"]:not(.js-plotly-plot)').forEach(use);
              }
              function draw() {
                if (!window.Plotly) return false;
                each(function (element) {
                  element.textContent = '';
                  window.Plotly.newPlot(element, figure.data, figure.layout, figure.config);
                });
                return true;
              }
              if (draw()) return;
              window.addEventListener('{{ReadyEvent}}', draw);
              window.addEventListener('load', draw);
              setTimeout(function () {
                if (!draw()) each(function (element) {
                  if (!element.querySelector('small')) element.appendChild(document.createElement('small')).textContent =
                    'This page lacks plotly.js, so the chart cannot be moved. {{PlotlyScript.Remedy}}';
                });
              }, {{PatienceMilliseconds}});
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
        "<script>\nif (!window.Plotly) (function (define, module, exports) {\n" + PlotlyLibrary.Script
        + $"\n}})();\nwindow.dispatchEvent(new Event('{ReadyEvent}'));\n</script>\n";

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

    /// <summary>The same page before its chart is drawn: an element <c>#figure</c> and plotly.js.</summary>
    public static string EmptyStill() => Page("figure", ScriptElement() + "<div id=\"figure\"></div>");

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
