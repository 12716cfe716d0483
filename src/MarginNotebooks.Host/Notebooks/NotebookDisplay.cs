using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Shows values among the outputs of the cell that is running.</summary>
/// <param name="outputs">The outputs of the running cell.</param>
/// <param name="reporter">Hears of it.</param>
public sealed class NotebookDisplay(Func<CellOutputs> outputs, IRunReporter reporter) : IDisplaySink
{
    /// <inheritdoc/>
    public IDisplayHandle Show(object value)
    {
        var bundle = ValueFormatter.Format(value);
        var replace = outputs().Show(bundle);
        reporter.Shown(bundle);
        return new Handle(replacement =>
        {
            var updated = ValueFormatter.Format(replacement);
            replace(updated);
            reporter.Updated(updated);
        });
    }

    private sealed class Handle(Action<object> update) : IDisplayHandle
    {
        public void Update(object value) => update(value);
    }
}
