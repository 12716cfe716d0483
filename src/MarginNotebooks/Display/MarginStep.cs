using MarginNotebooks.Metrics;

namespace MarginNotebooks.Display;

/// <summary>One position of the slider of <see cref="MarginExplorer"/>.</summary>
/// <param name="Margin">m; positive infinity for cross-entropy alone.</param>
/// <param name="Bins">Confidence bins of a network that was trained with this margin; null when there is none.</param>
/// <param name="Band">Interval of the accuracy in each bin; null for none.</param>
/// <param name="Note">A line below the ECE, for example other scores of that network; null for none.</param>
public sealed record MarginStep(double Margin, BinSums? Bins = null, ReliabilityBand? Band = null, string? Note = null)
{
    /// <summary>The margin as the slider writes it.</summary>
    public string Label => double.IsInfinity(Margin) ? "none (CE)" : FormattableString.Invariant($"{Margin}");
}
