using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Says once, with the first chart that has no picture, why it has none.</summary>
/// <param name="note">Takes the sentence.</param>
public sealed class PictureNotice(Action<string> note)
{
    private int _given;

    /// <summary>Looks at a value that is about to be shown.</summary>
    /// <param name="bundle">Its forms.</param>
    /// <returns>The same.</returns>
    public MimeBundle Check(MimeBundle bundle)
    {
        var lacks = bundle.Parts.Any(part => part.Key == MimeBundle.Plotly) && !bundle.Parts.Any(part => part.Key == "image/png");
        if (lacks && HeadlessChromium.MissingNotice() is { } notice && Interlocked.Exchange(ref _given, 1) == 0)
            note(notice);
        return bundle;
    }
}
