using System.Text;
using MarginNotebooks.Host.Notebooks.Formatting;
using MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;
using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Describes a symbol for a reader: declaration and documentation.</summary>
internal static class SymbolDescription
{
    private const int MostOverloads = 20;

    /// <summary>Describes what the cursor is on.</summary>
    /// <param name="draft">The cell that is being written.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="detailLevel">0 or 1, as in the Jupyter protocol.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Text and HTML; null when there is nothing to describe.</returns>
    public static async Task<MimeBundle?> AtAsync(Document draft, int position, int detailLevel, CancellationToken cancellation)
    {
        var model = (await draft.GetSemanticModelAsync(cancellation))!;
        var symbols = SymbolAtPosition.Find(model, position, cancellation);
        if (symbols.Count == 0)
            return null;
        var (symbol, others) = (symbols[0], symbols.Skip(1).ToList());
        var sections = Sections(symbol, SymbolDocs.Of(symbol, model.Compilation, cancellation), detailLevel);
        var signature = SignatureText.Of(symbol) + SignatureText.More(others.Count);
        var overloads = detailLevel > 0 ? others.Take(MostOverloads).Select(SignatureText.Of).ToList() : [];
        if (detailLevel > 0 && others.Count > MostOverloads)
            overloads.Add($"… and {others.Count - MostOverloads} more");
        var origin = detailLevel > 0 ? Origin(symbol) : null;
        return MimeBundle.OfHtml(Html(signature, overloads, sections, origin), Text(signature, overloads, sections, origin));
    }

    private static List<DocSection> Sections(ISymbol symbol, SymbolDocs docs, int detailLevel)
    {
        List<DocSection> sections = [];
        void Add(string? title, IReadOnlyList<DocBlock> blocks)
        {
            if (blocks.Count > 0)
                sections.Add(new DocSection(title, blocks));
        }

        Add(null, docs.Summary);
        if (detailLevel == 0)
            return sections;
        Add("Type parameters", docs.Named("typeparam"));
        Add("Parameters", docs.Named("param"));
        Add(symbol is IPropertySymbol or IFieldSymbol ? "Value" : "Returns", docs.Returns);
        Add("Exceptions", docs.Named("exception"));
        Add("Remarks", docs.Remarks);
        Add("Example", docs.Example);
        return sections;
    }

    private static string? Origin(ISymbol symbol)
    {
        if (symbol.ContainingAssembly is not { } assembly || symbol.ContainingNamespace is not { IsGlobalNamespace: false } space)
            return null;
        return $"{space.ToDisplayString()}, {assembly.Name} {assembly.Identity.Version}";
    }

    private static string Text(string signature, IReadOnlyList<string> overloads, IReadOnlyList<DocSection> sections, string? origin)
    {
        var text = new StringBuilder(signature);
        foreach (var overload in overloads)
            text.Append('\n').Append(overload);
        foreach (var section in sections)
        {
            text.Append("\n\n");
            if (section.Title is not null)
                text.Append(section.Title).Append('\n');
            text.Append(DocPlain.Of(section.Blocks, section.Title is null ? "" : "  "));
        }
        if (origin is not null)
            text.Append("\n\n").Append(origin);
        return text.ToString();
    }

    private static string Html(string signature, IReadOnlyList<string> overloads, IReadOnlyList<DocSection> sections, string? origin)
    {
        var html = new StringBuilder("<pre>").Append(HtmlText.Escape(string.Join('\n', overloads.Prepend(signature)))).Append("</pre>");
        foreach (var section in sections)
        {
            if (section.Title is not null)
                html.Append("<p><b>").Append(section.Title).Append("</b></p>");
            html.Append(DocHtml.Of(section.Blocks));
        }
        if (origin is not null)
            html.Append("<p><small>").Append(HtmlText.Escape(origin)).Append("</small></p>");
        return html.ToString();
    }
}
