using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Shows values among the outputs of the cell whose code asks for it.</summary>
/// <param name="output">The outputs of that cell.</param>
/// <param name="pictures">Looks at charts.</param>
public sealed class NotebookDisplay(Func<ICellOutput> output, PictureNotice pictures) : IDisplaySink
{
    /// <inheritdoc/>
    public IDisplayHandle Show(object value) => new Handle(output().Show(pictures.Check(ValueFormatter.Format(value))));

    /// <inheritdoc/>
    public void Clear(bool wait) => output().Clear(wait);

    private sealed class Handle(Action<MimeBundle> replace) : IDisplayHandle
    {
        public void Update(object value) => replace(ValueFormatter.Format(value));
    }
}
