using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>Renders the outputs of cells, each in the richest form that a page without a network can show.</summary>
/// <param name="markdown">Renders outputs that are Markdown.</param>
public sealed class OutputHtml(MarkdownHtml markdown)
{
    private int _figures;

    /// <summary>Whether a figure for plotly.js was among the outputs so far.</summary>
    public bool HasFigures => _figures > 0;

    /// <summary>Renders one output.</summary>
    /// <param name="output">An nbformat 4 output.</param>
    /// <returns>HTML.</returns>
    public string Render(JsonObject output) => (string?)output["output_type"] switch
    {
        "stream" => Stream((string?)output["name"] ?? "stdout", MultilineText.Read(output["text"])),
        "error" => Error(output),
        _ => $"<div class=\"output\">{Data(output["data"]?.AsObject() ?? [])}</div>\n",
    };

    private static string Stream(string name, string text) =>
        $"<pre class=\"output stream {HtmlText.Escape(name)}\">{AnsiHtml.Convert(StreamText.Settled(text))}</pre>\n";

    private static string Error(JsonObject output)
    {
        var trace = output["traceback"]?.AsArray().Select(line => (string?)line ?? "").ToList() ?? [];
        var text = trace.Count > 0 ? string.Join('\n', trace) : $"{output["ename"]}: {output["evalue"]}";
        return $"<pre class=\"output error\" role=\"alert\">{AnsiHtml.Convert(text)}</pre>\n";
    }

    private string Data(JsonObject data)
    {
        string? Text(string type) => data[type] is { } node ? MultilineText.Read(node) : null;
        if (data[MimeBundle.Plotly] is JsonObject figure)
            return Figure(figure, data);
        if (Text(MimeBundle.Html) is { } html)
            return $"<div class=\"scroll\">{html}</div>";
        if (Text("image/svg+xml") is { } svg)
            return svg;
        foreach (var type in new[] { "image/png", "image/jpeg", "image/gif", "image/webp" })
            if (data[type] is { } picture)
                return Picture(type, picture, Text(MimeBundle.PlainText) ?? "Picture");
        if (Text("text/markdown") is { } prose)
            return markdown.Render(prose);
        if (Text("text/latex") is { } latex)
            return MathMl.Convert(latex.Trim().Trim('$'), display: true);
        if (data["application/json"] is { } json)
            return $"<pre class=\"stream\">{HtmlText.Escape(JupyterJson.Write(json))}</pre>";
        return $"<pre class=\"stream\">{AnsiHtml.Convert(Text(MimeBundle.PlainText) ?? "")}</pre>";
    }

    private static string Picture(string type, JsonNode content, string description) =>
        $"<img src=\"data:{type};base64,{HtmlText.Escape(SelfContainedPictures.Base64(content))}\" alt=\"{HtmlText.Escape(description)}\">";

    /// <summary>A box, for readers without scripts the picture that came with the figure (or its description) in it, and the figure as data.</summary>
    private string Figure(JsonObject figure, JsonObject data)
    {
        var id = $"figure-{++_figures}";
        var description = data[MimeBundle.PlainText] is { } text ? MultilineText.Read(text) : Charts.TitleOf(figure) ?? "Chart";
        var still = data["image/png"] is { } png ? Picture("image/png", png, description) : $"<p>{HtmlText.Escape(description)}</p>";
        // The default encoder writes '<' as \u003C, so that no text of a figure can close the element.
        var json = figure.ToJsonString();
        return $"<div class=\"figure\" id=\"{id}\" role=\"img\" aria-label=\"{HtmlText.Escape(description)}\"><noscript>{still}</noscript></div>"
            + $"<script type=\"application/json\" data-figure=\"{id}\">{json}</script>";
    }
}
