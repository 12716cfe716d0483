using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>The documentation comment of a symbol, or the one it inherits.</summary>
internal sealed class SymbolDocs
{
    private readonly XElement _comment;

    private SymbolDocs(XElement comment) => _comment = comment;

    /// <summary>What it is for.</summary>
    public IReadOnlyList<DocBlock> Summary => DocReader.Read(_comment.Element("summary"));

    /// <summary>What it returns, or a property's value.</summary>
    public IReadOnlyList<DocBlock> Returns => DocReader.Read(_comment.Element("returns") ?? _comment.Element("value"));

    /// <summary>What else there is to know.</summary>
    public IReadOnlyList<DocBlock> Remarks => DocReader.Read(_comment.Element("remarks"));

    /// <summary>How it is used.</summary>
    public IReadOnlyList<DocBlock> Example => DocReader.Read(_comment.Element("example"));

    /// <summary>The documentation of a symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="compilation">Where inherited comments are looked for.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The comment; an empty one when there is none.</returns>
    public static SymbolDocs Of(ISymbol symbol, Compilation compilation, CancellationToken cancellation) =>
        new(Find(symbol, compilation, [], cancellation) ?? new XElement("member"));

    /// <summary>The elements that describe a name each: <c>param</c>, <c>typeparam</c>, <c>exception</c>.</summary>
    /// <param name="element">Which.</param>
    /// <returns>A list in one part; empty when there is none.</returns>
    public IReadOnlyList<DocBlock> Named(string element)
    {
        List<(string?, IReadOnlyList<DocBlock>)> items = [];
        foreach (var one in _comment.Elements(element))
            items.Add(((string?)one.Attribute("name") ?? ((string?)one.Attribute("cref") is { } cref ? DocReader.NameOf(cref) : ""), DocReader.Read(one)));
        return items.Count == 0 ? [] : [new DocList(items)];
    }

    private static XElement? Find(ISymbol symbol, Compilation compilation, HashSet<ISymbol> seen, CancellationToken cancellation)
    {
        symbol = (symbol is IMethodSymbol { ReducedFrom: { } whole } ? whole : symbol).OriginalDefinition;
        if (!seen.Add(symbol))
            return null;
        if (symbol is IParameterSymbol)
            return NamedIn(symbol.ContainingSymbol, "param", symbol.Name, compilation, seen, cancellation);
        if (symbol is ITypeParameterSymbol)
            return NamedIn(symbol.ContainingSymbol, "typeparam", symbol.Name, compilation, seen, cancellation);
        var own = Parse(symbol.GetDocumentationCommentXml(expandIncludes: true, cancellationToken: cancellation));
        var inherit = own?.Element("inheritdoc");
        if (own is not null && inherit is null && own.Elements().Any())
            return own;
        if ((string?)inherit?.Attribute("cref") is { } cref && DocumentationCommentId.GetFirstSymbolForDeclarationId(cref, compilation) is { } named)
            return Find(named, compilation, seen, cancellation);
        // A type that says nothing is not described by its base; a member that says nothing does what it overrides.
        foreach (var ancestor in symbol is INamedTypeSymbol && inherit is null ? [] : Ancestors(symbol))
            if (Find(ancestor, compilation, seen, cancellation) is { } inherited)
                return inherited;
        return symbol switch
        {
            // A property that a record's parameter declares is described there, a constructor at worst by its type.
            IPropertySymbol { ContainingType: { IsRecord: true } record } => NamedIn(record, "param", symbol.Name, compilation, seen, cancellation),
            IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => Find(constructor.ContainingType, compilation, seen, cancellation),
            _ => own,
        };
    }

    /// <summary>What a comment says of one of its parameters, as a summary.</summary>
    private static XElement? NamedIn(
        ISymbol owner, string element, string name, Compilation compilation, HashSet<ISymbol> seen, CancellationToken cancellation) =>
        Find(owner, compilation, seen, cancellation)?.Elements(element).FirstOrDefault(one => (string?)one.Attribute("name") == name) is { } said
            ? new XElement("member", new XElement("summary", said.Nodes()))
            : null;

    /// <summary>What a symbol overrides, implements or derives from.</summary>
    private static IEnumerable<ISymbol> Ancestors(ISymbol symbol)
    {
        if (symbol is INamedTypeSymbol type)
            return [.. type.BaseType is { SpecialType: SpecialType.None } parent ? new ISymbol[] { parent } : [], .. type.Interfaces];
        ISymbol? overridden = symbol switch
        {
            IMethodSymbol method => method.OverriddenMethod,
            IPropertySymbol property => property.OverriddenProperty,
            IEventSymbol raised => raised.OverriddenEvent,
            _ => null,
        };
        if (overridden is not null)
            return [overridden];
        return symbol.ContainingType is { TypeKind: not TypeKind.Interface } owner && symbol is IMethodSymbol or IPropertySymbol or IEventSymbol
            ? owner.AllInterfaces.SelectMany(contract => contract.GetMembers())
                .Where(member => SymbolEqualityComparer.Default.Equals(owner.FindImplementationForInterfaceMember(member), symbol))
            : [];
    }

    private static XElement? Parse(string? xml)
    {
        if (string.IsNullOrWhiteSpace(xml))
            return null;
        try
        {
            var parsed = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
            // Of a comment in source or of a file in the package cache; some come without the element around.
            return parsed.Name.LocalName is "member" or "doc" ? parsed : new XElement("member", parsed);
        }
        catch (XmlException)
        {
            return null; // a comment that is not well-formed, which its compiler only warned of
        }
    }
}
