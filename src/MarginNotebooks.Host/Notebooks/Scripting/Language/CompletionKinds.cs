using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Tags;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Roslyn's tags in the language server protocol's words, which Jupyter front ends know as well.</summary>
internal static class CompletionKinds
{
    private static readonly Dictionary<string, string> s_words = new()
    {
        [WellKnownTags.Class] = "class",
        [WellKnownTags.Constant] = "constant",
        [WellKnownTags.Delegate] = "class",
        [WellKnownTags.Enum] = "enum",
        [WellKnownTags.EnumMember] = "enumMember",
        [WellKnownTags.Event] = "event",
        [WellKnownTags.ExtensionMethod] = "method",
        [WellKnownTags.Field] = "field",
        [WellKnownTags.File] = "file",
        [WellKnownTags.Folder] = "folder",
        [WellKnownTags.Interface] = "interface",
        [WellKnownTags.Keyword] = "keyword",
        [WellKnownTags.Label] = "reference",
        [WellKnownTags.Local] = "variable",
        [WellKnownTags.Method] = "method",
        [WellKnownTags.Module] = "module",
        [WellKnownTags.Namespace] = "module",
        [WellKnownTags.Operator] = "operator",
        [WellKnownTags.Parameter] = "variable",
        [WellKnownTags.Property] = "property",
        [WellKnownTags.RangeVariable] = "variable",
        [WellKnownTags.Reference] = "reference",
        [WellKnownTags.Snippet] = "snippet",
        [WellKnownTags.Structure] = "struct",
        [WellKnownTags.TypeParameter] = "typeParameter",
    };

    /// <summary>The kind that tags speak of.</summary>
    /// <param name="tags">Roslyn's tags of an item.</param>
    /// <param name="symbols">What the item stands for, as far as it is known.</param>
    /// <returns>One word; <c>text</c> when no tag is known.</returns>
    public static string Of(IEnumerable<string> tags, IReadOnlyList<ISymbol> symbols) => symbols is [IFieldSymbol { ContainingType.IsScriptClass: true }]
        ? "variable" // of an earlier cell: a field only to the compiler
        : tags.Select(tag => s_words.GetValueOrDefault(tag)).FirstOrDefault(word => word is not null) ?? "text";
}
