using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>Explains <c>using var x = …;</c> at the top of a cell, of which the script compiler only says that a semicolon is missing.</summary>
internal static class UsingDeclarations
{
    /// <summary>Looks for such a declaration.</summary>
    /// <param name="code">Text of a cell that does not compile.</param>
    /// <returns>The problem, with what to write instead; null when there is none.</returns>
    public static CellProblem? Find(string code)
    {
        // Outside of scripts the same text is understood.
        var tree = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Latest));
        var declaration = tree.GetCompilationUnitRoot().Members
            .OfType<GlobalStatementSyntax>()
            .Select(member => member.Statement)
            .OfType<LocalDeclarationStatementSyntax>()
            .FirstOrDefault(statement => statement.UsingKeyword.IsKind(SyntaxKind.UsingKeyword));
        if (declaration is null)
            return null;
        var line = tree.GetLineSpan(declaration.Span).StartLinePosition.Line + 1;
        var (variable, wait) = (declaration.Declaration, declaration.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword) ? "await " : "");
        var name = variable.Variables[0].Identifier.ValueText;
        var dispose = wait.Length > 0 ? "DisposeAsync" : "Dispose";
        return new CellProblem(
            line,
            $"'{wait}using {variable.Type} {name} = …;' cannot stand outside of braces: variables of a cell live on in the cells that follow. "
            + $"Write '{wait}using ({variable.Type} {name} = …) {{ … }}' to dispose of it within the cell, or '{variable.Type} {name} = …;' and later '{wait}{name}.{dispose}();'.");
    }
}
