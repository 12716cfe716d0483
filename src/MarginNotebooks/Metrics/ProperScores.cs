using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Sums for the two proper scoring rules and the accuracy; additive.</summary>
/// <remarks>
/// For a pixel with true class y and probabilities p: negative log-likelihood <c>−log p_y</c> (nats), Brier score
/// <c>Σ_k (p_k − [k = y])²</c>. Both are smallest in expectation for the true probabilities; unlike binned errors they also reward being
/// informative.
/// </remarks>
public sealed class ProperScores
{
    /// <summary>Number of pixels.</summary>
    [Reference(ReferenceKind.Measure, "pixels", "Pixels of the region", Formula = "n",
        Source = "this kit", Test = "CalibrationAccumulatorTests", Note = "Annotated pixels only.")]
    public long Pixels { get; private set; }

    /// <summary>Sum of the negative log-likelihoods.</summary>
    public double NegativeLogLikelihoodSum { get; private set; }

    /// <summary>Sum of the Brier scores.</summary>
    public double BrierSum { get; private set; }

    /// <summary>Number of pixels whose most probable class is the true one.</summary>
    public long Correct { get; private set; }

    /// <summary>Mean negative log-likelihood, NaN without pixels.</summary>
    [Reference(ReferenceKind.Measure, "nll", "Negative log-likelihood (NLL)", Formula = "−(1/n) Σ_i log p_{i,y_i}",
        Source = "Good 1952", Test = "CalibrationAccumulatorTests", Note = "In nats.")]
    public double NegativeLogLikelihood => NegativeLogLikelihoodSum / Pixels;

    /// <summary>Mean Brier score, NaN without pixels.</summary>
    [Reference(ReferenceKind.Measure, "brier", "Brier score", Formula = "(1/n) Σ_i Σ_k (p_ik − [k = y_i])²",
        Source = "Brier 1950", Test = "CalibrationAccumulatorTests", Note = "Over all classes, in [0, 2].")]
    public double Brier => BrierSum / Pixels;

    /// <summary>Accuracy, NaN without pixels.</summary>
    [Reference(ReferenceKind.Measure, "accuracy", "Accuracy of the region's pixels", Formula = "(1/n) Σ_i [argmax_k p_ik = y_i]",
        Source = "this kit", Test = "CalibrationAccumulatorTests")]
    public double Accuracy => (double)Correct / Pixels;

    /// <summary>Adds one pixel.</summary>
    /// <param name="negativeLogLikelihood">Its −log p of the true class.</param>
    /// <param name="brier">Its Brier score.</param>
    /// <param name="correct">Whether the most probable class is the true one.</param>
    public void AddPixel(double negativeLogLikelihood, double brier, bool correct)
    {
        Pixels++;
        NegativeLogLikelihoodSum += negativeLogLikelihood;
        BrierSum += brier;
        Correct += correct ? 1 : 0;
    }

    internal void AddCounts(long pixels, long correct)
    {
        Pixels += pixels;
        Correct += correct;
    }

    internal void AddSums((double NegativeLogLikelihood, double Brier) sums)
    {
        NegativeLogLikelihoodSum += sums.NegativeLogLikelihood;
        BrierSum += sums.Brier;
    }

    /// <summary>Adds the sums of other pixels.</summary>
    /// <param name="other">The other sums.</param>
    public void Add(ProperScores other)
    {
        Pixels += other.Pixels;
        NegativeLogLikelihoodSum += other.NegativeLogLikelihoodSum;
        BrierSum += other.BrierSum;
        Correct += other.Correct;
    }
}
