namespace MarginNotebooks.Calibration;

/// <summary>How batches are put together when a temperature is chosen.</summary>
public enum BatchWeighting
{
    /// <summary>Every pixel counts the same.</summary>
    Pixels,

    /// <summary>Every batch counts the same, as in the authors' search: a small last batch weighs too much.</summary>
    Batches,
}

/// <summary>A temperature and what it achieves.</summary>
/// <param name="Temperature">T: logits are divided by it.</param>
/// <param name="Loss">The criterion at T.</param>
/// <param name="AtEdge">True when T is the end of what was searched: the optimum lies beyond, and the value is not to be trusted.</param>
public sealed record TemperatureFit(double Temperature, double Loss, bool AtEdge);
