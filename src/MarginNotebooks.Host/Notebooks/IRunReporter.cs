using MarginNotebooks.Host.Notebooks.Formatting;
using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Hears what happens while a notebook runs.</summary>
public interface IRunReporter
{
    /// <summary>A code cell starts.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="count">How many code cells there are.</param>
    /// <param name="source">Its text.</param>
    void CellStarted(int number, int count, string source);

    /// <summary>A code cell has ended.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="duration">How long it ran.</param>
    /// <param name="error">What went wrong; null when nothing did.</param>
    /// <param name="expected">Whether the cell is marked as one that may fail.</param>
    void CellEnded(int number, TimeSpan duration, CellError? error, bool expected);

    /// <summary>Running code wrote to a stream.</summary>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">The text.</param>
    void Wrote(string stream, string text);

    /// <summary>A value was shown.</summary>
    /// <param name="bundle">Its forms.</param>
    void Shown(MimeBundle bundle);

    /// <summary>A shown value was replaced.</summary>
    /// <param name="bundle">The new value's forms.</param>
    void Updated(MimeBundle bundle);

    /// <summary>Something the user should know.</summary>
    /// <param name="message">A sentence.</param>
    void Note(string message);
}
