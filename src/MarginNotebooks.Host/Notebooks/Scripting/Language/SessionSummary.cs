using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>What many cells declared, as the text of a single one: usings, variables by their types, functions without bodies, types.</summary>
/// <remarks>A name declared again replaces the older declaration. A variable whose type was declared again is then taken to be of the new one:
/// the only known difference to the real chain, of no consequence to what is offered at the cursor in practice.</remarks>
internal sealed class SessionSummary
{
    private static readonly SymbolDisplayFormat s_typeFormat = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly Dictionary<string, UsingDirectiveSyntax> _usings = [];
    private readonly Dictionary<string, Dictionary<string, string>> _declarations = [];

    /// <summary>Adds the next cell.</summary>
    /// <param name="submission">Its compilation.</param>
    /// <param name="cancellation">Gives up.</param>
    public void Add(Compilation submission, CancellationToken cancellation)
    {
        // The cell's own tree comes last, after those it loads.
        if (submission.SyntaxTrees.LastOrDefault()?.GetRoot(cancellation) is CompilationUnitSyntax unit)
            foreach (var directive in unit.Usings)
                _usings[directive.Alias?.Name.ToString() ?? directive.NormalizeWhitespace().ToString()] = directive;
        foreach (var member in submission.ScriptClass?.GetMembers() ?? [])
        {
            cancellation.ThrowIfCancellationRequested();
            if (!member.IsImplicitlyDeclared && !member.DeclaringSyntaxReferences.IsEmpty && Text(member, cancellation) is { } text)
                Declare(member, text);
        }
    }

    /// <summary>The cell that stands for all that were added.</summary>
    /// <returns>C# script.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var directive in _usings.Values)
            text.AppendLine(directive.NormalizeWhitespace().ToString());
        foreach (var declaration in _declarations.Values.SelectMany(named => named.Values))
            text.AppendLine(declaration);
        return text.ToString();
    }

    private void Declare(ISymbol member, string text)
    {
        var method = member as IMethodSymbol;
        // Functions of one name live side by side when their parameters differ; everything else replaces what had the name.
        if (!_declarations.TryGetValue(member.Name, out var named) || method is null || named.ContainsKey(""))
            _declarations[member.Name] = named = [];
        var key = method is null
            ? ""
            : $"`{method.Arity}({string.Join(',', method.Parameters.Select(parameter => parameter.Type.ToDisplayString(s_typeFormat)))})";
        named[key] = text;
    }

    private static string? Text(ISymbol member, CancellationToken cancellation) => member switch
    {
        IFieldSymbol field => Variable(field, cancellation),
        IMethodSymbol { MethodKind: MethodKind.Ordinary } => Function(member.DeclaringSyntaxReferences[0].GetSyntax(cancellation)),
        INamedTypeSymbol or IPropertySymbol or IEventSymbol => string.Join('\n', member.DeclaringSyntaxReferences
            .Select(reference => Whole(reference.GetSyntax(cancellation)))),
        _ => null,
    };

    private static string? Variable(IFieldSymbol field, CancellationToken cancellation)
    {
        var type = field.Type.ToDisplayString(s_typeFormat);
        var name = SyntaxFacts.GetKeywordKind(field.Name) == SyntaxKind.None ? field.Name : "@" + field.Name;
        if (!type.Contains('<') || !type.Contains("<anonymous", StringComparison.Ordinal))
            return $"{type} {name};";
        // A type without a name can only come from its expression.
        return field.DeclaringSyntaxReferences[0].GetSyntax(cancellation) is VariableDeclaratorSyntax { Initializer: { } initializer }
            ? $"var {name} {initializer};"
            : null;
    }

    private static string Function(SyntaxNode node) => node is MethodDeclarationSyntax method && (method.Body is not null || method.ExpressionBody is not null)
        // Comments hang on the first word, which may be the one left out: they are put back.
        ? method
            .WithModifiers([.. method.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.AsyncKeyword))])
            .WithBody(null)
            .WithExpressionBody(SyntaxFactory.ArrowExpressionClause(SyntaxFactory.ParseExpression(" throw null")))
            .WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken))
            .WithLeadingTrivia(method.GetLeadingTrivia())
            .ToFullString()
        : node.ToFullString();

    private static string Whole(SyntaxNode node) => (node is VariableDeclaratorSyntax ? node.Parent!.Parent! : node).ToFullString();
}
