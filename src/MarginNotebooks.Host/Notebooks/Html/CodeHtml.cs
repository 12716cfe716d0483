using System.Text;
using MarginNotebooks.Host.Notebooks.Formatting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>C# with its words marked for colouring, from the compiler's own parse (syntax only: nothing is compiled).</summary>
public static class CodeHtml
{
    /// <summary>Marks up code.</summary>
    /// <param name="code">C# script text, also with errors.</param>
    /// <returns>Escaped text with <c>span</c> elements, for a <c>code</c> element.</returns>
    public static string Highlight(string code)
    {
        var html = new StringBuilder(code.Length * 2);
        foreach (var token in CSharpSyntaxTree.ParseText(code, ScriptSyntax.Options).GetRoot().DescendantTokens())
        {
            Append(html, token.LeadingTrivia);
            Append(html, token.Text, Kind(token));
            Append(html, token.TrailingTrivia);
        }
        return html.ToString();
    }

    private static void Append(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            var kind = trivia.IsDirective ? "directive"
                : trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
                    or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
                    or SyntaxKind.DisabledTextTrivia ? "comment"
                : null;
            Append(html, trivia.ToFullString(), kind);
        }
    }

    private static void Append(StringBuilder html, string text, string? kind)
    {
        if (kind is null || text.Length == 0)
            html.Append(HtmlText.Escape(text));
        else
            html.Append("<span class=\"").Append(kind).Append("\">").Append(HtmlText.Escape(text)).Append("</span>");
    }

    private static string? Kind(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "number",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedRawStringEndToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken => "string",
        SyntaxKind.IdentifierToken => IdentifierKind(token),
        _ when token.IsKeyword() => "keyword",
        _ => null,
    };

    private static string? IdentifierKind(SyntaxToken token) => token.Parent switch
    {
        IdentifierNameSyntax { IsVar: true } => "keyword",
        BaseTypeDeclarationSyntax or ConstructorDeclarationSyntax or TypeParameterSyntax => "type",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "method",
        SimpleNameSyntax name when IsCalled(name) => "method",
        SimpleNameSyntax name when IsType(name) => "type",
        _ => null,
    };

    private static bool IsCalled(SimpleNameSyntax name) => name.Parent switch
    {
        InvocationExpressionSyntax call => call.Expression == name,
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access => call.Expression == access && access.Name == name,
        MemberBindingExpressionSyntax { Parent: InvocationExpressionSyntax } => true,
        _ => false,
    };

    /// <summary>Whether a name stands where only a type can; <c>Name.Member</c> counts when the name starts with a capital.</summary>
    private static bool IsType(SimpleNameSyntax name) => name.Parent switch
    {
        VariableDeclarationSyntax declaration => declaration.Type == name,
        ParameterSyntax parameter => parameter.Type == name,
        ObjectCreationExpressionSyntax creation => creation.Type == name,
        MethodDeclarationSyntax method => method.ReturnType == name,
        LocalFunctionStatementSyntax function => function.ReturnType == name,
        PropertyDeclarationSyntax property => property.Type == name,
        CastExpressionSyntax cast => cast.Type == name,
        MemberAccessExpressionSyntax access => access.Expression == name && char.IsUpper(name.Identifier.Text[0]),
        TypeArgumentListSyntax or BaseTypeSyntax or NullableTypeSyntax or ArrayTypeSyntax or TypeOfExpressionSyntax
            or DeclarationPatternSyntax or TypeConstraintSyntax or AttributeSyntax or TupleElementSyntax => true,
        _ => name is GenericNameSyntax,
    };
}
