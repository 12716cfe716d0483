using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Declarations of what can be named at one place.</summary>
internal sealed class MemberSignatures
{
    private readonly Func<string, IReadOnlyList<ISymbol>> _find;

    private MemberSignatures(Func<string, IReadOnlyList<ISymbol>> find) => _find = find;

    /// <summary>Looks at a place in the code.</summary>
    /// <param name="draft">The cell that is being written.</param>
    /// <param name="position">Where a name starts.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The declarations.</returns>
    public static async Task<MemberSignatures> AtAsync(Document draft, int position, CancellationToken cancellation)
    {
        var model = (await draft.GetSemanticModelAsync(cancellation))!;
        var root = await model.SyntaxTree.GetRootAsync(cancellation);
        var dot = position == 0 ? default : root.FindToken(position - 1);
        if (!dot.IsKind(SyntaxKind.DotToken))
            return new(name => model.LookupSymbols(position, name: name));
        var left = dot.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => (ExpressionSyntax)name.Left,
            MemberBindingExpressionSyntax { Parent: ConditionalAccessExpressionSyntax conditional } => conditional.Expression,
            _ => null,
        };
        if (left is null)
            return new(_ => []);
        return model.GetSymbolInfo(left, cancellation).Symbol is INamespaceOrTypeSymbol scope
            ? new(name => model.LookupSymbols(position, scope, name))
            : model.GetTypeInfo(left, cancellation).Type is { } type
                ? new(name => model.LookupSymbols(position, type, name, includeReducedExtensionMethods: true))
                : new(_ => []);
    }

    /// <summary>What a name stands for.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Its symbols, several for overloads; none when it is not one of a symbol.</returns>
    public IReadOnlyList<ISymbol> Of(string name) => _find(name);
}
