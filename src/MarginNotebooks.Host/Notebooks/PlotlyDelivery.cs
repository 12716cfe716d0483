using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Decides, in a live session, which outputs bring plotly.js: the first chart does, the later ones rely on it.</summary>
/// <remarks>
/// <para>The page keeps what the first one brought, also when that output is cleared. The notebook file does not: so the script is sent
/// again when the cell that carries it runs again, clears its output, or replaces the chart by something else. What the host cannot see
/// (the reader deletes that output, saves, and opens the page anew while the session lives on) leaves pictures, with a line that says how
/// to bring the script back.</para>
/// <para>Front ends with a plotly renderer of their own never look at the HTML.</para>
/// </remarks>
public sealed class PlotlyDelivery
{
    private readonly Lock _gate = new();
    private string? _cell;
    private (string Cell, string? DisplayId)? _carrier;

    /// <summary>A cell starts.</summary>
    /// <param name="cell">What stays the same when it runs again: its id, or its text where the front end sends no id.</param>
    public void CellStarted(string cell)
    {
        lock (_gate)
        {
            _cell = cell;
            ForgetIf(_carrier?.Cell == cell);
        }
    }

    /// <summary>The running cell's output was cleared.</summary>
    public void OutputCleared()
    {
        lock (_gate)
            ForgetIf(_carrier?.Cell == _cell);
    }

    /// <summary>Prepares an output for the front end.</summary>
    /// <param name="bundle">Forms of the value, as the formatter made them.</param>
    /// <param name="displayId">Identity under which the output can be replaced, or is now being replaced; null for none.</param>
    /// <returns>The same forms; the HTML without plotly.js where the page has it.</returns>
    public MimeBundle Prepare(MimeBundle bundle, string? displayId = null)
    {
        lock (_gate)
        {
            ForgetIf(displayId is not null && _carrier?.DisplayId == displayId);
            if (!bundle.Parts.Any(IsCarrier))
                return bundle;
            if (_carrier is null)
            {
                _carrier = (_cell ?? "", displayId);
                return bundle;
            }
            return new MimeBundle([.. bundle.Parts.Select(part =>
                IsCarrier(part) ? new(part.Key, SharedPlotly.WithoutScript(part.Value)) : part)]);
        }
    }

    private static bool IsCarrier(KeyValuePair<string, string> part) => part.Key == MimeBundle.Html && SharedPlotly.IsCarrier(part.Value);

    private void ForgetIf(bool lost)
    {
        if (lost)
            _carrier = null;
    }
}
