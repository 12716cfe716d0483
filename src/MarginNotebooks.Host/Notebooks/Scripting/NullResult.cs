using MarginNotebooks.Host.Notebooks.Formatting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>Tells a cell that ends with a value, which is null, from a cell that ends with no value.</summary>
internal static class NullResult
{
    /// <summary>What to show for a script that returned null.</summary>
    /// <param name="script">The script.</param>
    /// <returns><see cref="Null.Value"/> when its last line is an expression, without a semicolon, that has a value; null otherwise.</returns>
    public static object? Of(Script script)
    {
        var compilation = script.GetCompilation();
        if (compilation.SyntaxTrees.LastOrDefault() is not { } tree
            || tree.GetRoot() is not CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax last }] }
            || !last.SemicolonToken.IsMissing)
            return null;
        var type = compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type;
        return type is null or { SpecialType: SpecialType.System_Void } ? null : Null.Value;
    }
}
