using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Tells code that can run from code that goes on in the next line.</summary>
internal static partial class InputCompleteness
{
    private const string Step = "    ";

    /// <summary>Errors that start early and are over once something is closed: comments, strings of several lines, <c>#if</c> and <c>#region</c>.</summary>
    private static readonly HashSet<string> s_unterminated = ["CS1035", "CS1039", "CS8997", "CS9004", "CS1027", "CS1038"];

    /// <summary>Looks at code.</summary>
    /// <param name="code">Text of a cell.</param>
    /// <returns>Its state, and the indentation of the next line.</returns>
    public static Completeness Of(string code)
    {
        // Commands of the host are no C#.
        var tree = CSharpSyntaxTree.ParseText(Magic().Replace(code, match => new string(' ', match.Length)), ScriptSyntax.Options);
        var errors = tree.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        if (SyntaxFactory.IsCompleteSubmission(tree))
            return new Completeness(errors.Count > 0 ? "invalid" : "complete", "");
        // What is missing is reported at the end; an error before it cannot be mended by another line.
        var end = tree.GetRoot().GetLastToken().Span.End;
        return errors.Any(error => error.Location.SourceSpan.Start < end && !s_unterminated.Contains(error.Id))
            ? new Completeness("invalid", "")
            : new Completeness("incomplete", Indent(tree, code));
    }

    /// <summary>One step more than the line of the innermost bracket that is still open, or than the last line where none is.</summary>
    private static string Indent(SyntaxTree tree, string code)
    {
        var open = new Stack<int>();
        foreach (var token in tree.GetRoot().DescendantTokens().Where(token => !token.IsMissing))
        {
            switch (token.Kind())
            {
                case SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken:
                    open.Push(token.SpanStart);
                    break;
                case SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken:
                    open.TryPop(out _);
                    break;
            }
        }
        var at = open.TryPeek(out var innermost) ? innermost : code.TrimEnd().Length;
        var line = code[(code.LastIndexOf('\n', Math.Max(0, at - 1)) + 1)..];
        return line[..^line.TrimStart(' ', '\t').Length] + Step;
    }

    [GeneratedRegex(@"^#!.*$", RegexOptions.Multiline)]
    private static partial Regex Magic();
}
