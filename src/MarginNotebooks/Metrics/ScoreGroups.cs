namespace MarginNotebooks.Metrics;

/// <summary>Sums of probabilities and of true classes over pixels of one predicted class and one confidence bin.</summary>
/// <remarks>Additive. The groups on which <see cref="ScoreDecomposition"/> splits Brier score and NLL: pixels that got similar
/// probabilities.</remarks>
public sealed class ScoreGroups
{
    private readonly long[] _count; // [group]
    private readonly double[] _probability; // [group, class]
    private readonly long[] _true; // [group, class]

    private ScoreGroups(int classes, int groups)
    {
        Classes = classes;
        _count = new long[groups];
        _probability = new double[groups * classes];
        _true = new long[groups * classes];
    }

    /// <summary>Number of classes K.</summary>
    public int Classes { get; }

    /// <summary>Number of groups: K times the confidence bins; many are empty.</summary>
    public int Count => _count.Length;

    /// <summary>Number of pixels.</summary>
    public long Pixels { get; private set; }

    /// <summary>Sum of the pixels' Brier scores <c>Σ_k (p_k − [k = y])²</c>.</summary>
    public double BrierSum { get; private set; }

    /// <summary>Sum over pixels and classes of the squared probabilities.</summary>
    public double SquareSum { get; private set; }

    /// <summary>Sum of the probabilities of the pixels' true classes.</summary>
    public double TrueProbabilitySum { get; private set; }

    /// <summary>Sum of the pixels' negative log-likelihoods.</summary>
    public double NegativeLogLikelihoodSum { get; private set; }

    /// <summary>Pixels of a group.</summary>
    /// <param name="group">The group.</param>
    /// <returns>Their number.</returns>
    public long PixelsOf(int group) => _count[group];

    /// <summary>Sums of a group's probabilities, class by class.</summary>
    /// <param name="group">The group.</param>
    /// <returns>K sums.</returns>
    public ReadOnlySpan<double> ProbabilityOf(int group) => _probability.AsSpan(group * Classes, Classes);

    /// <summary>Number of a group's pixels that truly are of each class.</summary>
    /// <param name="group">The group.</param>
    /// <returns>K numbers.</returns>
    public ReadOnlySpan<long> TrueOf(int group) => _true.AsSpan(group * Classes, Classes);

    internal static ScoreGroups Of(ScoredPixels pixels, ReadOnlySpan<int> inside, BinLookup binning)
    {
        var groups = new ScoreGroups(pixels.Classes, pixels.Classes * binning.Cells) { Pixels = inside.Length };
        foreach (var i in inside)
        {
            var (label, confidence) = (pixels.Labels[i], pixels.Confidence[i]);
            var group = pixels.Predicted[i] * binning.Cells + binning.IndexOf(confidence);
            groups._count[group]++;
            groups._true[group * pixels.Classes + label]++;
            groups.NegativeLogLikelihoodSum += pixels.NegativeLogLikelihood[i];
            double squares = 0;
            for (var k = 0; k < pixels.Classes; k++)
            {
                double p = pixels.Probability(k)[i];
                groups._probability[group * pixels.Classes + k] += p;
                squares += p * p;
            }

            double ofLabel = pixels.Probability(label)[i];
            groups.SquareSum += squares;
            groups.TrueProbabilitySum += ofLabel;
            groups.BrierSum += squares - 2 * ofLabel + 1;
        }

        return groups;
    }

    internal static ScoreGroups Pool(IEnumerable<ScoreGroups> parts)
    {
        ScoreGroups? sum = null;
        foreach (var part in parts)
        {
            sum ??= new ScoreGroups(part.Classes, part.Count);
            for (var i = 0; i < part._count.Length; i++)
                sum._count[i] += part._count[i];
            for (var i = 0; i < part._probability.Length; i++)
            {
                sum._probability[i] += part._probability[i];
                sum._true[i] += part._true[i];
            }

            sum.Pixels += part.Pixels;
            sum.BrierSum += part.BrierSum;
            sum.SquareSum += part.SquareSum;
            sum.TrueProbabilitySum += part.TrueProbabilitySum;
            sum.NegativeLogLikelihoodSum += part.NegativeLogLikelihoodSum;
        }

        return sum!;
    }
}
