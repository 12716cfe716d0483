using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Collects the outputs of a cell of a notebook that runs from top to bottom, and reports them as they come.</summary>
/// <param name="outputs">Collects them.</param>
/// <param name="reporter">Hears of them.</param>
public sealed class ReportedOutput(CellOutputs outputs, IRunReporter reporter) : ICellOutput
{
    /// <inheritdoc/>
    public void Write(string stream, string text)
    {
        outputs.Write(stream, text);
        reporter.Wrote(stream, text);
    }

    /// <inheritdoc/>
    public Action<MimeBundle> Show(MimeBundle bundle)
    {
        var replace = outputs.Show(bundle);
        reporter.Shown(bundle);
        return replacement =>
        {
            replace(replacement);
            reporter.Updated(replacement);
        };
    }

    /// <inheritdoc/>
    public void Result(MimeBundle bundle, int number)
    {
        outputs.Result(bundle, number);
        reporter.Shown(bundle);
    }

    /// <inheritdoc/>
    public void Clear(bool wait) => outputs.Clear(wait);
}
