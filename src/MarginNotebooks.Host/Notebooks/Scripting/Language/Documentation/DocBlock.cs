namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>A part of a description, one below the other.</summary>
internal abstract record DocBlock;

/// <summary>Running text.</summary>
/// <param name="Spans">Its pieces.</param>
internal sealed record DocParagraph(IReadOnlyList<DocSpan> Spans) : DocBlock;

/// <summary>Lines of code.</summary>
/// <param name="Code">The lines, without common indentation.</param>
internal sealed record DocCode(string Code) : DocBlock;

/// <summary>Items, each with a mark or a name in front.</summary>
/// <param name="Items">Name (null for a mark) and content.</param>
/// <param name="Numbered">Whether the mark is a number.</param>
internal sealed record DocList(IReadOnlyList<(string? Name, IReadOnlyList<DocBlock> Content)> Items, bool Numbered = false) : DocBlock;

/// <summary>Text in one style.</summary>
/// <param name="Text">The text.</param>
/// <param name="Style">How it looks.</param>
/// <param name="Link">Where it leads; null for nowhere.</param>
internal sealed record DocSpan(string Text, DocStyle Style = DocStyle.Plain, string? Link = null);

/// <summary>How a piece of text looks.</summary>
internal enum DocStyle
{
    /// <summary>Like the text around it.</summary>
    Plain,

    /// <summary>As code.</summary>
    Code,

    /// <summary>Emphasised.</summary>
    Italic,

    /// <summary>Strong.</summary>
    Bold,
}

/// <summary>A titled part of a description.</summary>
/// <param name="Title">Title; null for the first.</param>
/// <param name="Blocks">Content.</param>
internal sealed record DocSection(string? Title, IReadOnlyList<DocBlock> Blocks);
