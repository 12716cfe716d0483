namespace MarginNotebooks.Calibration;

/// <summary>What a fit did, and what a reader of its result must know.</summary>
public sealed record CalibratorFit
{
    /// <summary>Annotated pixels that were offered.</summary>
    public required long PixelsSeen { get; init; }

    /// <summary>Pixels that were used: all, or the random sample that <see cref="PixelSample"/> kept.</summary>
    public required long PixelsUsed { get; init; }

    /// <summary>Mean negative log-likelihood of the used pixels before, in nats.</summary>
    public required double LossBefore { get; init; }

    /// <summary>The same after.</summary>
    public required double LossAfter { get; init; }

    /// <summary>False when an optimiser stopped before its tolerance was met; true for calibrators that need none.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>Everything that went another way than usual: absent classes, optima at an edge. Empty when nothing did.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
