using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>What a cell asks of its host before it can be compiled, and the C# that is left.</summary>
/// <param name="Code">The cell with its host directives blanked out; lines and columns stay where they were.</param>
/// <param name="Packages">Packages to reference.</param>
/// <param name="Files">Assembly files to reference, with the lines that ask for them.</param>
/// <param name="Sources">Further package sources, from <c>#i "nuget:…"</c>.</param>
/// <param name="NamesTorch">Whether the code names TorchSharp, so that libtorch has to be there.</param>
/// <param name="Timed">Whether <c>#!time</c> asks for the time that the cell takes.</param>
public sealed record ScriptDirectives(
    string Code,
    IReadOnlyList<PackageReference> Packages,
    IReadOnlyList<(string Path, int Line)> Files,
    IReadOnlyList<string> Sources,
    bool NamesTorch,
    bool Timed)
{
    /// <summary>Language switches that mean "this is C#" in other front ends.</summary>
    private static readonly HashSet<string> s_csharpMagics = ["#!csharp", "#!c#", "#!cs"];

    /// <summary>Finds the directives with the compiler's own parser, so that look-alikes inside strings and comments are left alone.</summary>
    /// <param name="source">Text of the cell.</param>
    /// <returns>Directives and remaining code.</returns>
    /// <exception cref="CellProblem">A directive is malformed, or a <c>#!</c> magic is not one this host knows.</exception>
    public static ScriptDirectives Read(string source)
    {
        var code = new StringBuilder(source);
        List<PackageReference> packages = [];
        List<(string, int)> files = [];
        List<string> sources = [];
        var timed = false;
        var tree = CSharpSyntaxTree.ParseText(source, ScriptSyntax.Options);
        foreach (var trivia in tree.GetRoot().DescendantTrivia().Where(IsActiveDirective))
        {
            var line = tree.GetLineSpan(trivia.Span).StartLinePosition.Line + 1;
            var text = trivia.ToString().Trim();
            if (trivia.GetStructure() is ReferenceDirectiveTriviaSyntax reference)
            {
                var target = reference.File.ValueText;
                if (PackageReference.TryParse(target, line) is { } package)
                    packages.Add(package);
                else if (target.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || target.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
                    files.Add((target, line));
                else
                    continue; // a name of an assembly of the framework: the compiler resolves it
            }
            else if (text.StartsWith("#i", StringComparison.Ordinal) && !text.StartsWith("#if", StringComparison.Ordinal))
                sources.Add(PackageSource(text, line));
            else if (!text.StartsWith("#!", StringComparison.Ordinal))
                continue;
            else if (text == "#!time")
                timed = true;
            else if (!s_csharpMagics.Contains(text))
                throw new CellProblem(line, $"'{text}' is not understood: margin runs C#; of the '#!' commands it knows #!time and #!csharp. Remove the line.");
            for (var i = trivia.Span.Start; i < trivia.Span.End; i++)
                if (code[i] is not ('\n' or '\r'))
                    code[i] = ' ';
        }
        var namesTorch = tree.GetRoot().DescendantTokens().Any(token =>
            token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText is ("TorchSharp" or "torch"));
        return new ScriptDirectives(code.ToString(), packages, files, sources, namesTorch, timed);
    }

    /// <summary>Leaves out what stands in an <c>#if</c> that is not taken.</summary>
    private static bool IsActiveDirective(SyntaxTrivia trivia) => trivia.GetStructure() is DirectiveTriviaSyntax { IsActive: true };

    private static string PackageSource(string text, int line)
    {
        var quoted = text[2..].Trim().Trim('"').Trim();
        return quoted.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase)
            ? quoted["nuget:".Length..].Trim()
            : throw new CellProblem(line, $"'{text}' is not understood; a package source is written #i \"nuget:/folder/or/url\".");
    }
}
