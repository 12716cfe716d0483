namespace MarginNotebooks.Metrics;

/// <summary>Calibration measures of a set of pixels; NaN where the set is empty.</summary>
/// <param name="Pixels">Number of pixels.</param>
/// <param name="Accuracy">Share of pixels whose most probable class is the true one.</param>
/// <param name="Ece">Expected calibration error, equal-width bins.</param>
/// <param name="Cece">Class-wise expected calibration error.</param>
/// <param name="Aece">Adaptive (equal-mass) expected calibration error.</param>
/// <param name="Mce">Maximum calibration error.</param>
/// <param name="Ace">Average calibration error over non-empty bins.</param>
/// <param name="Rms">Root mean square calibration error.</param>
/// <param name="Nll">Mean negative log-likelihood of the true class, in nats.</param>
/// <param name="Brier">Mean Brier score, Σ over classes of the squared difference, in [0, 2].</param>
public sealed record CalibrationScores(
    long Pixels, double Accuracy, double Ece, double Cece, double Aece, double Mce, double Ace, double Rms, double Nll, double Brier)
{
    /// <summary>Names of the measures, in the order of tables.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["ece", "cece", "aece", "mce", "ace", "rms", "nll", "brier", "accuracy", "pixels"];

    /// <summary>A measure by name.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    public double this[string key] => key switch
    {
        "ece" => Ece,
        "cece" => Cece,
        "aece" => Aece,
        "mce" => Mce,
        "ace" => Ace,
        "rms" => Rms,
        "nll" => Nll,
        "brier" => Brier,
        "accuracy" => Accuracy,
        "pixels" => Pixels,
        _ => throw new ArgumentException($"Unknown calibration measure '{key}'; known are {string.Join(", ", Keys)}.", nameof(key)),
    };
}
