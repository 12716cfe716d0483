namespace MarginNotebooks.Display;

/// <summary>
/// Margin-based label smoothing seen from one pixel of K classes whose true class leads every other class by the same logit distance d ≥ 0.
/// </summary>
/// <remarks>
/// <para>With all other logits d below the true one, cross-entropy is <c>CE(d) = log(1 + (K−1)·e^−d)</c> and the penalty of
/// <see cref="Losses.MarginLoss"/>, a mean over all K classes with one distance 0, is <c>P(d) = λ·(K−1)/K·max(0, d − m)</c>.</para>
/// <para>Slopes: <c>CE'(d) = −q/(1+q)</c> with <c>q = (K−1)·e^−d</c>, always negative; <c>P'(d) = λ·(K−1)/K</c> beyond the margin and 0 up to
/// it. The sum is lowest at <c>d* = max(m, d₀)</c>, where <c>d₀ = log((K−1)·(1−s)/s)</c> with <c>s = λ·(K−1)/K</c> is the distance at which
/// cross-entropy pushes as weakly as the penalty pulls. An infinite margin is cross-entropy alone.</para>
/// <para>For K = 2 this is <see cref="PenaltyCurve.Margin"/>. Source: Murugesan et al. 2023 (doi 10.1016/j.media.2023.102826); λ and the mean
/// over classes as the authors' code applies them.</para>
/// </remarks>
public sealed record MarginPixel
{
    /// <summary>A pixel.</summary>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="margin">m, at least 0 in units of logits; positive infinity for cross-entropy alone.</param>
    /// <param name="lambda">λ, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public MarginPixel(int classes, double margin, double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (!(margin >= 0))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "A margin is 0 or more; positive infinity stands for no penalty.");
        if (!(lambda > 0) || double.IsInfinity(lambda))
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "λ must be positive and finite.");
        (Classes, Margin, Lambda) = (classes, margin, lambda);
    }

    /// <summary>K.</summary>
    public int Classes { get; }

    /// <summary>m.</summary>
    public double Margin { get; }

    /// <summary>λ.</summary>
    public double Lambda { get; }

    /// <summary>Slope of the penalty beyond the margin: <c>s = λ·(K−1)/K</c>; 0 when there is no penalty.</summary>
    public double Pull => double.IsInfinity(Margin) ? 0 : Lambda * (Classes - 1) / Classes;

    /// <summary>The distance d* at which the whole loss is lowest; positive infinity for cross-entropy alone.</summary>
    public double RestingDistance
    {
        get
        {
            if (Pull == 0)
                return double.PositiveInfinity;
            // A pull of 1 or more beats cross-entropy at every distance.
            var balance = Pull < 1 ? Math.Log((Classes - 1) * (1 - Pull) / Pull) : 0;
            return Math.Max(Margin, balance);
        }
    }

    /// <summary>Cross-entropy of the pixel.</summary>
    /// <param name="distance">d.</param>
    /// <returns>Nats.</returns>
    public double CrossEntropy(double distance) => Math.Log(1 + Others(distance));

    /// <summary>Slope of cross-entropy over d.</summary>
    /// <param name="distance">d.</param>
    /// <returns>Nats a logit; never positive.</returns>
    public double CrossEntropySlope(double distance) => -Others(distance) / (1 + Others(distance));

    /// <summary>The penalty.</summary>
    /// <param name="distance">d.</param>
    /// <returns>Nats; 0 up to the margin.</returns>
    public double Penalty(double distance) => distance > Margin ? Pull * (distance - Margin) : 0;

    /// <summary>Slope of the penalty over d; 0 exactly on the margin, as in training.</summary>
    /// <param name="distance">d.</param>
    /// <returns>Nats a logit.</returns>
    public double PenaltySlope(double distance) => distance > Margin ? Pull : 0;

    /// <summary>The softmax probability of the true class: <c>1/(1 + (K−1)·e^−d)</c>.</summary>
    /// <param name="distance">d.</param>
    /// <returns>A number in (0, 1].</returns>
    public double Confidence(double distance) => 1 / (1 + Others(distance));

    private double Others(double distance) => (Classes - 1) * Math.Exp(-distance);
}
