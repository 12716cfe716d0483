using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Finds what the cursor is on: the name it touches, or else the function whose arguments it stands among.</summary>
internal static class SymbolAtPosition
{
    /// <summary>Looks at a place in the code.</summary>
    /// <param name="model">Meaning of the code.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The symbol that is meant, first, then its overloads; empty when there is none.</returns>
    public static IReadOnlyList<ISymbol> Find(SemanticModel model, int position, CancellationToken cancellation)
    {
        var root = model.SyntaxTree.GetRoot(cancellation);
        var right = root.FindToken(Math.Min(position, root.FullSpan.End));
        var left = position == 0 ? right : root.FindToken(position - 1);
        foreach (var token in new[] { right, left })
            if (token.Span.Start <= position && position <= token.Span.End && IsName(token) && Of(model, token, cancellation) is { Count: > 0 } named)
                return named;
        foreach (var list in left.Parent?.AncestorsAndSelf() ?? [])
        {
            if (list is not (BaseArgumentListSyntax or AttributeArgumentListSyntax) || position <= list.SpanStart)
                continue;
            // Behind the closing bracket the call is over.
            if (list.GetLastToken() is var last && last.Kind() is SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken
                && position >= list.Span.End && last.Span.Length > 0)
                continue;
            if (Called(list.Parent) is { } name && Of(model, name, cancellation) is { Count: > 0 } called)
                return called;
        }
        return [];
    }

    private static bool IsName(SyntaxToken token) =>
        token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is PredefinedTypeSyntax or ThisExpressionSyntax or BaseExpressionSyntax
        || token.IsKind(SyntaxKind.NewKeyword);

    /// <summary>The name in front of an argument list.</summary>
    private static SyntaxToken? Called(SyntaxNode? call) => call switch
    {
        InvocationExpressionSyntax invocation => LastName(invocation.Expression),
        ObjectCreationExpressionSyntax creation => LastName(creation.Type),
        ImplicitObjectCreationExpressionSyntax creation => creation.NewKeyword,
        ElementAccessExpressionSyntax access => LastName(access.Expression),
        AttributeSyntax attribute => LastName(attribute.Name),
        _ => null,
    };

    private static SyntaxToken? LastName(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier,
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        QualifiedNameSyntax qualified => qualified.Right.Identifier,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier,
        _ => null,
    };

    private static IReadOnlyList<ISymbol> Of(SemanticModel model, SyntaxToken token, CancellationToken cancellation)
    {
        var node = token.Parent!;
        // "new Name(…)" means the constructor.
        var creation = node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>();
        if (creation is ObjectCreationExpressionSyntax named && LastName(named.Type) == token || creation?.NewKeyword == token)
            return Constructors(model, creation, cancellation);
        if (node is not ExpressionSyntax && model.GetDeclaredSymbol(node, cancellation) is { } declared)
            return [declared];
        var info = model.GetSymbolInfo(node, cancellation);
        // A name in a call means the overload that the call chose.
        if (info.Symbol is null && node.Parent is ExpressionSyntax parent && parent is MemberAccessExpressionSyntax or MemberBindingExpressionSyntax)
            info = model.GetSymbolInfo(parent, cancellation);
        var group = model.GetMemberGroup(node, cancellation);
        var first = info.Symbol ?? info.CandidateSymbols.FirstOrDefault() ?? group.FirstOrDefault() ?? model.GetTypeInfo(node, cancellation).Type;
        if (first is null or IErrorTypeSymbol)
            return [];
        return [first, .. group.Where(symbol => !Same(symbol, first))];
    }

    private static IReadOnlyList<ISymbol> Constructors(SemanticModel model, BaseObjectCreationExpressionSyntax creation, CancellationToken cancellation)
    {
        var info = model.GetSymbolInfo(creation, cancellation);
        var type = model.GetTypeInfo(creation, cancellation).Type;
        if (type is null or IErrorTypeSymbol)
            return [];
        var all = (type as INamedTypeSymbol)?.InstanceConstructors.Where(constructor => model.IsAccessible(creation.SpanStart, constructor)).ToList() ?? [];
        var first = info.Symbol ?? all.FirstOrDefault() ?? (ISymbol)type;
        return [first, .. all.Where(symbol => !Same(symbol, first))];
    }

    private static bool Same(ISymbol a, ISymbol b) => SymbolEqualityComparer.Default.Equals(a.OriginalDefinition, b.OriginalDefinition);
}
