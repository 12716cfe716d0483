using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>How the text of a cell is parsed, wherever it is only read and not run.</summary>
public static class ScriptSyntax
{
    /// <summary>C# script, newest language version.</summary>
    public static CSharpParseOptions Options { get; } = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);
}
