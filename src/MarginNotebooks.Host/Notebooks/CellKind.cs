namespace MarginNotebooks.Host.Notebooks;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>Prose in Markdown.</summary>
    Markdown,

    /// <summary>C# to be run.</summary>
    Code,

    /// <summary>Text that is neither run nor rendered.</summary>
    Raw,
}
