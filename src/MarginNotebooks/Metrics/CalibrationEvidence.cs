using MarginNotebooks.Runtime;

namespace MarginNotebooks.Metrics;

/// <summary>What a calibration measure is computed from: one region of one volume, or of many pooled.</summary>
/// <remarks>
/// Each part is made when a measure first asks for it and then kept. All are compact and can be pooled; <see cref="Release"/> lets go of
/// the pixels themselves.
/// </remarks>
public sealed class CalibrationEvidence
{
    private readonly Lazy<BinSums> _topLabel;
    private readonly Lazy<BinSums[]> _perClass;
    private readonly Lazy<ProperScores> _proper;
    private readonly Lazy<ConfidenceSample> _confidence;
    private readonly Lazy<ConfidenceSample[]> _probability;
    private readonly Lazy<ScoreGroups> _groups;
    private readonly Lazy<ProbabilityVectors> _vectors;
    private ScoredPixels? _pixels;
    private int[]? _inside;
    private bool _isReleased;

    internal CalibrationEvidence(ScoredPixels pixels, int[] inside, CalibrationRules rules)
    {
        (_pixels, _inside, Classes, Rules, Pixels) = (pixels, inside, pixels.Classes, rules, inside.Length);
        _topLabel = new(() => Binned(Source.Confidence, i => Source.Predicted[i] == Source.Labels[i]));
        _perClass = new(() => EachClass(k => Binned(Source.Probability(k), i => Source.Labels[i] == k)));
        _proper = new(Sum);
        _confidence = new(() => Sample(Source.Confidence, i => Source.Predicted[i] == Source.Labels[i]));
        _probability = new(() => EachClass(k => Sample(Source.Probability(k), i => Source.Labels[i] == k)));
        _groups = new(() => ScoreGroups.Of(Source, Inside, BinLookup.Of(Rules.Binning)));
        _vectors = new(() => ProbabilityVectors.Of(Source, Inside));
    }

    private CalibrationEvidence(IReadOnlyList<CalibrationEvidence> parts)
    {
        (Classes, Rules, Pixels) = (parts[0].Classes, parts[0].Rules, parts.Sum(part => part.Pixels));
        _isReleased = parts.Any(part => part._isReleased);
        _topLabel = Pooled(parts, part => part._topLabel, Add);
        _perClass = Pooled(parts, part => part._perClass, all => EachClass(k => Add([.. all.Select(part => part[k])])));
        _proper = Pooled(parts, part => part._proper, all =>
        {
            var sums = new ProperScores();
            foreach (var part in all)
                sums.Add(part);
            return sums;
        });
        _confidence = Pooled(parts, part => part._confidence, ConfidenceSample.Pool);
        _probability = Pooled(parts, part => part._probability, all => EachClass(k => ConfidenceSample.Pool(all.Select(part => part[k]))));
        _groups = Pooled(parts, part => part._groups, ScoreGroups.Pool);
        _vectors = Pooled(parts, part => part._vectors, ProbabilityVectors.Pool);
    }

    /// <summary>Number of classes, background included.</summary>
    public int Classes { get; }

    /// <summary>Bins of the binned measures.</summary>
    public CalibrationRules Rules { get; }

    /// <summary>Number of pixels.</summary>
    public long Pixels { get; }

    /// <summary>Sums over the confidence of the most probable class.</summary>
    public BinSums TopLabel => _topLabel.Value;

    /// <summary>Sums over each class's probability, class 0 first; correct means that the pixel truly is of that class.</summary>
    public IReadOnlyList<BinSums> PerClass => _perClass.Value;

    /// <summary>Number of pixels, and the sums of NLL and Brier score.</summary>
    public ProperScores Proper => _proper.Value;

    /// <summary>The confidences of the most probable class.</summary>
    public ConfidenceSample Confidence => _confidence.Value;

    /// <summary>The probabilities of each class; correct means that the pixel truly is of that class.</summary>
    public IReadOnlyList<ConfidenceSample> Probability => _probability.Value;

    /// <summary>Mean probabilities and class frequencies by predicted class and confidence bin.</summary>
    public ScoreGroups Groups => _groups.Value;

    /// <summary>A draw of whole probability vectors.</summary>
    public ProbabilityVectors Vectors => _vectors.Value;

    private ScoredPixels Source => _pixels ?? throw Released();

    private int[] Inside => _inside!;

    /// <summary>Evidence of several volumes together.</summary>
    /// <param name="parts">Evidence of the same classes and rules.</param>
    /// <returns>The pooled evidence.</returns>
    /// <exception cref="ArgumentException">There is no part, or they differ in classes or rules.</exception>
    public static CalibrationEvidence Pool(IReadOnlyList<CalibrationEvidence> parts)
    {
        if (parts.Count == 0)
            throw new ArgumentException("There is no evidence to pool.", nameof(parts));
        if (parts.Any(part => part.Classes != parts[0].Classes || part.Rules != parts[0].Rules))
            throw new ArgumentException("Only evidence of the same classes and rules can be pooled.", nameof(parts));
        return new CalibrationEvidence(parts);
    }

    /// <summary>Lets go of the pixels; parts that were asked for before stay.</summary>
    public void Release() => (_pixels, _inside, _isReleased) = (null, null, true);

    /// <summary>The streamed measures of these pixels, by <see cref="Rules"/>.</summary>
    /// <returns>As <see cref="CalibrationAccumulator.Scores"/> gives them; the adaptive error by the sound rule.</returns>
    public CalibrationScores Scores() => new(
        Pixels,
        Proper.Accuracy,
        CalibrationErrors.Expected(TopLabel, Pixels),
        ClasswiseCalibrationError.Mean(PerClass, Pixels),
        CalibrationErrors.Expected(Confidence.EqualMass(Rules.AdaptiveBins)),
        CalibrationErrors.Maximum(TopLabel),
        CalibrationErrors.Average(TopLabel),
        CalibrationErrors.RootMeanSquare(TopLabel),
        Proper.NegativeLogLikelihood,
        Proper.Brier);

    private static InvalidOperationException Released() =>
        new("The pixels of this evidence were released: ask for every part that shall be pooled before releasing them.");

    // Pools at once what every part has, so that the parts can be forgotten; the rest when it is asked for, while there are pixels.
    private static Lazy<T> Pooled<T>(
        IReadOnlyList<CalibrationEvidence> parts, Func<CalibrationEvidence, Lazy<T>> of, Func<IReadOnlyList<T>, T> pool)
        where T : class
    {
        T Pool() => pool([.. parts.Select(part => of(part).Value)]);
        if (parts.All(part => of(part).IsValueCreated))
            return new(Pool());
        return parts.Any(part => part._isReleased && !of(part).IsValueCreated) ? new(() => throw Released()) : new(Pool);
    }

    private T[] EachClass<T>(Func<int, T> make)
    {
        var result = new T[Classes];
        OrderedParallel.For(Classes, k => result[k] = make(k));
        return result;
    }

    private BinSums Binned(ReadOnlySpan<float> value, Func<int, bool> correct)
    {
        var lookup = BinLookup.Of(Rules.Binning);
        var table = new RegionSums.Table(lookup.Cells); // whole numbers: the order of the pixels does not matter
        foreach (var i in Inside)
        {
            var bin = lookup.IndexOf(value[i]);
            table.AddOne(bin, value[i]);
            if (correct(i))
                table.AddCorrect(bin);
        }

        var sums = new BinSums(Rules.Binning.Bins);
        table.AddTo(sums);
        return sums;
    }

    private ConfidenceSample Sample(ReadOnlySpan<float> value, Func<int, bool> correct)
    {
        var ranked = new uint[Inside.Length];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = AdaptiveCalibrationError.Rank(value[Inside[i]], correct(Inside[i]));
        return ConfidenceSample.OfRanked(ranked);
    }

    private ProperScores Sum()
    {
        var sums = new ProperScores();
        foreach (var i in Inside)
            sums.AddPixel(Source.NegativeLogLikelihood[i], Source.Brier[i], Source.Predicted[i] == Source.Labels[i]);
        return sums;
    }

    private static BinSums Add(IReadOnlyList<BinSums> parts)
    {
        var sum = parts[0].Copy();
        foreach (var part in parts.Skip(1))
            sum.Add(part);
        return sum;
    }
}
