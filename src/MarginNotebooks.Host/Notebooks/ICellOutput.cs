using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Takes what the code of one cell puts out, from any thread, also after the cell has ended.</summary>
public interface ICellOutput
{
    /// <summary>Code wrote to a stream.</summary>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">The text.</param>
    void Write(string stream, string text);

    /// <summary>Code shows a value.</summary>
    /// <param name="bundle">Its forms.</param>
    /// <returns>Replaces the shown value.</returns>
    Action<MimeBundle> Show(MimeBundle bundle);

    /// <summary>The value of the cell's last expression.</summary>
    /// <param name="bundle">Its forms.</param>
    /// <param name="number">Number of the cell.</param>
    void Result(MimeBundle bundle, int number);

    /// <summary>Takes away the outputs so far.</summary>
    /// <param name="wait">Only when the next one comes.</param>
    void Clear(bool wait);
}
