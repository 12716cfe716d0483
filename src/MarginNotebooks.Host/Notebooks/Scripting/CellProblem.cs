namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>A fault in a cell that is known before its code runs: shown with the line, without a stack trace.</summary>
/// <param name="line">One-based line of the cell.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="inner">What caused it.</param>
public sealed class CellProblem(int line, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One-based line of the cell.</summary>
    public int Line { get; } = line;
}
