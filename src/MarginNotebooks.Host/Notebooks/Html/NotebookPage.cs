using System.Text;
using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>A notebook as one HTML file that needs nothing else: no network, no other file, no server.</summary>
public static class NotebookPage
{
    /// <summary>Writes the page whole or not at all.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <param name="path">Target file.</param>
    /// <param name="folder">Folder of the notebook, where its pictures are.</param>
    /// <param name="fallbackTitle">Title for a notebook without a heading.</param>
    public static void Save(NotebookDocument notebook, string path, string folder, string fallbackTitle) =>
        WholeFile.WriteText(path, Render(notebook, folder, fallbackTitle));

    /// <summary>Makes the page.</summary>
    /// <param name="notebook">The notebook with its outputs.</param>
    /// <param name="folder">Folder of the notebook, where its pictures are.</param>
    /// <param name="fallbackTitle">Title for a notebook without a heading.</param>
    /// <returns>HTML.</returns>
    public static string Render(NotebookDocument notebook, string folder, string fallbackTitle)
    {
        var markdown = new MarkdownHtml(folder);
        var outputs = new OutputHtml(markdown);
        var body = new StringBuilder();
        foreach (var cell in notebook.Cells.Where(cell => !cell.HasTag("remove-cell")))
            Append(body, cell, markdown, outputs);
        var title = markdown.Headings.FirstOrDefault(heading => heading.Level == 1)?.Text ?? fallbackTitle;
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{HtmlText.Escape(title)}</title>
            <style>
            {Resource("page.css")}
            </style>
            </head>
            <body>
            <a class="skip" href="#content">Skip to the content</a>
            <div class="layout">
            {Contents(markdown.Headings)}<main id="content">
            {body}</main>
            </div>
            {(outputs.HasFigures ? Figure.PlotlyScriptElement : "")}<script>
            {Resource("page.js")}
            </script>
            </body>
            </html>

            """;
    }

    private static void Append(StringBuilder body, NotebookCell cell, MarkdownHtml markdown, OutputHtml outputs)
    {
        if (cell.Kind == CellKind.Markdown)
            body.Append("<section class=\"prose\">\n")
                .Append(markdown.Render(cell.Source, cell.Json["attachments"]?.AsObject()))
                .Append("</section>\n");
        else if (cell.Kind == CellKind.Code && (cell.Source.Length > 0 || cell.Outputs.Count > 0))
        {
            body.Append("<section class=\"cell\">\n");
            if (!cell.HasTag("remove-input"))
                body.Append(Input(cell));
            if (!cell.HasTag("remove-output"))
                foreach (var output in cell.Outputs)
                    body.Append(outputs.Render(output!.AsObject()));
            body.Append("</section>\n");
        }
    }

    private static string Input(NotebookCell cell)
    {
        var number = cell.ExecutionCount is { } count ? $"<span class=\"number\" aria-label=\"Cell {count}\">[{count}]</span>" : "";
        var code = $"<pre class=\"code\" tabindex=\"0\"><code>{CodeHtml.Highlight(cell.Source)}</code></pre>";
        var hidden = cell.HasTag("hide-input") || (bool?)cell.Metadata["jupyter"]?["source_hidden"] == true;
        return $"<div class=\"input\">{number}{(hidden ? $"<details><summary>Code</summary>{code}</details>" : code)}</div>\n";
    }

    private static string Contents(IReadOnlyList<Heading> headings)
    {
        var shown = headings.Where(heading => heading.Level is 2 or 3).ToList();
        if (shown.Count < 2)
            return "";
        var links = shown.Select(heading =>
            $"<li class=\"level-{heading.Level}\"><a href=\"#{HtmlText.Escape(heading.Id)}\">{HtmlText.Escape(heading.Text)}</a></li>");
        return $"<nav aria-label=\"Contents\"><details open><summary>Contents</summary><ul>\n{string.Join('\n', links)}\n</ul></details></nav>\n";
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(NotebookPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().TrimEnd();
    }
}
