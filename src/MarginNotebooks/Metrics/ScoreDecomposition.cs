using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>A proper score in parts: <c>Score = Reliability − Resolution + Uncertainty + Within</c>, exactly.</summary>
/// <param name="Score">The mean score.</param>
/// <param name="Reliability">Calibration: what probabilities that equal the class frequencies of their group would save; at least 0.</param>
/// <param name="Resolution">How far the groups' frequencies are from those of all pixels; at least 0.</param>
/// <param name="Uncertainty">The score of the class frequencies of all pixels.</param>
/// <param name="Within">What the groups' mean probabilities leave out: 0 when all pixels of a group have the same.</param>
public sealed record ScoreParts(double Score, double Reliability, double Resolution, double Uncertainty, double Within)
{
    /// <summary>What calibration cannot save: <c>Uncertainty − Resolution + Within</c>.</summary>
    public double Refinement => Uncertainty - Resolution + Within;
}

/// <summary>Brier score and NLL split into calibration and refinement.</summary>
/// <remarks>
/// <para>
/// Pixels are grouped by predicted class and confidence bin. With group g of weight w_g, mean probabilities p̄_g, class frequencies f_g
/// and overall frequencies f. Brier: reliability <c>Σ w_g‖p̄_g − f_g‖²</c>, resolution <c>Σ w_g‖f_g − f‖²</c>, uncertainty <c>1 − Σ_k f_k²</c>.
/// NLL: <c>Σ w_g KL(f_g‖p̄_g)</c>, <c>Σ w_g KL(f_g‖f)</c> and the entropy of f.
/// </para>
/// <para>
/// Within the groups, Brier: <c>(1/n) Σ_i ‖p_i − p̄_g‖² − 2(p_i − p̄_g)·(e_{y_i} − f_g)</c>, variance less twice the covariance; NLL:
/// <c>(1/n) Σ_i log p̄_g,y_i − log p_i,y_i</c>. Sources: Murphy 1973 (J. Appl. Meteorol. 12, 595); Stephenson, Coelho &amp; Jolliffe 2008 for
/// the terms within bins; Bröcker 2009 (arXiv 0806.0813) for any proper score. With two classes these are Murphy's bins of one
/// probability; with more, groups of whole probability vectors are needed for the parts to add up to the score of all classes.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "brier-reliability", "Calibration part of the Brier score", Formula = "Σ_g w_g·‖p̄_g − f_g‖²",
    Source = "Murphy 1973, J. Appl. Meteorol. 12, 595; Bröcker 2009, arXiv 0806.0813", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "brier-resolution", "Resolution of the Brier score", Formula = "Σ_g w_g·‖f_g − f‖²",
    Source = "Murphy 1973, J. Appl. Meteorol. 12, 595", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "brier-uncertainty", "Uncertainty of the Brier score", Formula = "1 − Σ_k f_k²",
    Source = "Murphy 1973, J. Appl. Meteorol. 12, 595", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "brier-within", "Within-bin part of the Brier score", Formula = "(1/n) Σ_i ‖p_i − p̄_g‖² − 2(p_i − p̄_g)·(e_{y_i} − f_g)",
    Source = "Stephenson et al. 2008, doi 10.1175/2007WAF2006116.1", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "brier-refinement", "Refinement part of the Brier score", Formula = "uncertainty − resolution + within",
    Source = "DeGroot & Fienberg 1983, doi 10.2307/2987588", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "nll-reliability", "Calibration part of the NLL", Formula = "Σ_g w_g·KL(f_g‖p̄_g)",
    Source = "Bröcker 2009, arXiv 0806.0813", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "nll-resolution", "Resolution of the NLL", Formula = "Σ_g w_g·KL(f_g‖f)",
    Source = "Bröcker 2009, arXiv 0806.0813", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "nll-uncertainty", "Uncertainty of the NLL", Formula = "−Σ_k f_k log f_k",
    Source = "Bröcker 2009, arXiv 0806.0813", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "nll-within", "Within-bin part of the NLL", Formula = "(1/n) Σ_i log p̄_{g,y_i} − log p_{i,y_i}",
    Source = "this kit, after Stephenson et al. 2008", Test = "ScoreDecompositionTests")]
[Reference(ReferenceKind.Measure, "nll-refinement", "Refinement part of the NLL", Formula = "uncertainty − resolution + within",
    Source = "Bröcker 2009, arXiv 0806.0813", Test = "ScoreDecompositionTests")]
public sealed class ScoreDecomposition : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys =>
    [
        "brier-reliability", "brier-resolution", "brier-uncertainty", "brier-within", "brier-refinement",
        "nll-reliability", "nll-resolution", "nll-uncertainty", "nll-within", "nll-refinement",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
    {
        var (brier, nll) = (Brier(evidence.Groups), NegativeLogLikelihood(evidence.Groups));
        return
        [
            brier.Reliability, brier.Resolution, brier.Uncertainty, brier.Within, brier.Refinement,
            nll.Reliability, nll.Resolution, nll.Uncertainty, nll.Within, nll.Refinement,
        ];
    }

    /// <summary>The Brier score in parts.</summary>
    /// <param name="groups">Sums of each group.</param>
    /// <returns>The parts; NaN without pixels.</returns>
    public static ScoreParts Brier(ScoreGroups groups)
    {
        if (groups.Pixels == 0)
            return Undefined;
        double n = groups.Pixels, reliability = 0, resolution = 0, products = 0, squares = 0, frequencies = 0;
        var all = Frequencies(groups);
        for (var g = 0; g < groups.Count; g++)
        {
            double count = groups.PixelsOf(g);
            for (var k = 0; count > 0 && k < groups.Classes; k++)
            {
                var (p, f) = (groups.ProbabilityOf(g)[k] / count, groups.TrueOf(g)[k] / count);
                reliability += count * (p - f) * (p - f);
                resolution += count * (f - all[k]) * (f - all[k]);
                squares += count * p * p;
                products += count * p * f;
            }
        }

        foreach (var f in all)
            frequencies += f * f;
        var variance = groups.SquareSum - squares;
        var covariance = groups.TrueProbabilitySum - products;
        return new(groups.BrierSum / n, reliability / n, resolution / n, 1 - frequencies, (variance - 2 * covariance) / n);
    }

    /// <summary>The negative log-likelihood in parts.</summary>
    /// <param name="groups">Sums of each group.</param>
    /// <returns>The parts; NaN without pixels.</returns>
    public static ScoreParts NegativeLogLikelihood(ScoreGroups groups)
    {
        if (groups.Pixels == 0)
            return Undefined;
        double n = groups.Pixels, reliability = 0, resolution = 0, ofMeans = 0, entropy = 0;
        var all = Frequencies(groups);
        for (var g = 0; g < groups.Count; g++)
        {
            double count = groups.PixelsOf(g);
            for (var k = 0; k < groups.Classes; k++)
            {
                if (groups.TrueOf(g)[k] == 0)
                    continue;
                var (p, f) = (groups.ProbabilityOf(g)[k] / count, groups.TrueOf(g)[k] / count);
                reliability += count * f * Math.Log(f / p);
                resolution += count * f * Math.Log(f / all[k]);
                ofMeans -= count * f * Math.Log(p);
            }
        }

        foreach (var f in all)
            entropy -= f > 0 ? f * Math.Log(f) : 0;
        var score = groups.NegativeLogLikelihoodSum;
        return new(score / n, reliability / n, resolution / n, entropy, (score - ofMeans) / n);
    }

    private static ScoreParts Undefined { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    private static double[] Frequencies(ScoreGroups groups)
    {
        var all = new double[groups.Classes];
        for (var g = 0; g < groups.Count; g++)
            for (var k = 0; k < all.Length; k++)
                all[k] += groups.TrueOf(g)[k];
        for (var k = 0; k < all.Length; k++)
            all[k] /= groups.Pixels;
        return all;
    }
}
