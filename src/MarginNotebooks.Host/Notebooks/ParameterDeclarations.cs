using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>The variables that a cell of C# declares at its top level, with their types as far as the text alone tells them.</summary>
public static class ParameterDeclarations
{
    /// <summary>Reads the declarations of a cell.</summary>
    /// <param name="source">C# text of the cell.</param>
    /// <returns>Type name by variable; null where <c>var</c> hides it. Constants are left out: they cannot be assigned.</returns>
    public static IReadOnlyDictionary<string, string?> Read(string source)
    {
        var declared = new Dictionary<string, string?>(StringComparer.Ordinal);
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(source, ScriptSyntax.Options).GetRoot();
        foreach (var member in root.Members)
        {
            var declaration = member switch
            {
                FieldDeclarationSyntax field when !field.Modifiers.Any(SyntaxKind.ConstKeyword) => field.Declaration,
                GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax { IsConst: false } local } => local.Declaration,
                _ => null,
            };
            foreach (var variable in declaration?.Variables ?? [])
                declared[variable.Identifier.ValueText] = TypeName(declaration!.Type, variable.Initializer?.Value);
        }
        return declared;
    }

    private static string? TypeName(TypeSyntax type, ExpressionSyntax? initialiser)
    {
        if (!type.IsVar)
            return type is NullableTypeSyntax nullable ? nullable.ElementType.ToString() : type.ToString();
        return initialiser switch
        {
            PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax number } => LiteralType(number),
            LiteralExpressionSyntax literal => LiteralType(literal),
            InterpolatedStringExpressionSyntax => "string",
            CastExpressionSyntax cast => cast.Type.ToString(),
            _ => null,
        };
    }

    private static string? LiteralType(LiteralExpressionSyntax literal) => literal.Token.Value switch
    {
        int => "int",
        long => "long",
        double => "double",
        float => "float",
        decimal => "decimal",
        string => "string",
        bool => "bool",
        _ => null,
    };
}
