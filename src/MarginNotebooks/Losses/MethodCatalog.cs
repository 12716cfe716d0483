using System.Globalization;
using static System.FormattableString;

namespace MarginNotebooks.Losses;

/// <summary>The methods that the paper compares, by key; also with hyper-parameters the paper does not try.</summary>
/// <remarks>
/// Keys are a family, and for families with a hyper-parameter a number after a hyphen: <c>ce</c>, <c>ce-dice</c>, <c>focal-γ</c>,
/// <c>ls-α</c>, <c>svls-σ</c>, <c>ecp-α</c>, <c>mbls-m</c>, <c>mbls-l2-m</c>, <c>mbls-l2-authors-m</c> (the squared penalty as their code
/// computes it), <c>mbls-dice-m</c>, <c>nacl</c>. The number may be any that the loss accepts, as in <c>mbls-7.5</c> or <c>focal-4</c>. λ
/// is 0.1 throughout, as in the paper.
/// </remarks>
public static class MethodCatalog
{
    /// <summary>λ of every margin penalty in the paper.</summary>
    public const double PublishedLambda = 0.1;

    private const string MarginSource = "Murugesan et al., Medical Image Analysis 87 (2023) 102826, arXiv 2209.09641";

    private static readonly Family[] Families =
    [
        new("ce", [], "CE", "maximum likelihood", (_, ignore) => new CrossEntropyLoss { IgnoreIndex = ignore }),
        new("ce-dice", [], "CE+Dice", "Milletari et al., 3DV 2016 (Dice)",
            (_, ignore) => new CrossEntropyDiceLoss { IgnoreIndex = ignore }),
        new("focal", [1, 2, 3], "FL (γ={0})", "Lin et al., ICCV 2017, arXiv 1708.02002",
            (gamma, ignore) => new FocalLoss(gamma) { IgnoreIndex = ignore }),
        new("ls", [0.1, 0.2, 0.3], "LS (α={0})", "Szegedy et al., CVPR 2016, arXiv 1512.00567",
            (alpha, ignore) => new LabelSmoothingLoss(alpha) { IgnoreIndex = ignore }),
        new("svls", [0.5, 1, 2], "SVLS (σ={0})", "Islam and Glocker, IPMI 2021, arXiv 2104.05788",
            (sigma, ignore) => new SvlsLoss(sigma) { IgnoreIndex = ignore }),
        new("ecp", [0.1, 0.2, 0.3], "ECP (α={0})", "Pereyra et al., 2017, arXiv 1701.06548",
            (alpha, ignore) => new EntropyPenaltyLoss(alpha) { IgnoreIndex = ignore }),
        new("mbls", [3, 5, 8, 10], "MbLS (m={0})", MarginSource,
            (margin, ignore) => new MarginLoss(margin, PublishedLambda) { IgnoreIndex = ignore }),
        new("mbls-l2", [5, 10], "MbLS L2 (m={0})", MarginSource,
            (margin, ignore) => new MarginSquaredLoss(margin, PublishedLambda) { IgnoreIndex = ignore }),
        new("mbls-l2-authors", [], "MbLS L2 (m={0}, authors' code)", MarginSource,
            (margin, ignore) => new MarginSquaredLoss(margin, PublishedLambda, SquaredMarginVariant.AuthorsCode) { IgnoreIndex = ignore },
            TakesNumber: true),
        new("mbls-dice", [5, 10], "MbLS+Dice (m={0})", MarginSource,
            (margin, ignore) => new MarginDiceLoss(margin, PublishedLambda) { IgnoreIndex = ignore }),
        new("nacl", [], "NACL", "Murugesan et al., MICCAI 2023, arXiv 2303.06268", (_, ignore) =>
            new NaclLoss(new Neighbourhood(NeighbourhoodOperator.Mean), NaclPrediction.Logits, NaclDistance.Absolute, PublishedLambda)
            {
                IgnoreIndex = ignore,
            }),
    ];

    /// <summary>The keys of the paper's comparison, in its order.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. Families.SelectMany(family => family.Numbers.Length > 0
            ? family.Numbers.Select(number => Invariant($"{family.Key}-{number}"))
            : family.TakesNumber ? [] : [family.Key])];

    /// <summary>The methods of the paper's comparison, in its order.</summary>
    public static IReadOnlyList<Method> All { get; } = [.. Keys.Select(key => Get(key))];

    /// <summary>The method of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/>, or a family with another number.</param>
    /// <param name="ignoreIndex">Label value whose pixels take no part in the loss; null when every pixel counts.</param>
    /// <returns>The method; each call of its factory makes a new loss.</returns>
    /// <exception cref="ArgumentException">Unknown family, or a number that its loss does not accept.</exception>
    public static Method Get(string key, long? ignoreIndex = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (WeightedMethod.Find(key, ignoreIndex) is { } weighted)
            return weighted;
        foreach (var family in Families)
        {
            if (family.NumberIn(key) is not { } number)
                continue;
            SegmentationLoss Create() => family.Create(number, ignoreIndex);
            try
            {
                Create();
            }
            catch (ArgumentOutOfRangeException error)
            {
                throw new ArgumentException(
                    $"Method '{key}' has a number that its loss does not accept: {error.Message}", nameof(key), error);
            }
            return new(key, string.Format(CultureInfo.InvariantCulture, family.Display, number), Create, family.Source);
        }
        throw new ArgumentException(
            $"Unknown method '{key}'. Known: {string.Join(", ", Keys)}; and {Patterns} with other numbers.", nameof(key));
    }

    private static string Patterns =>
        string.Join(", ", Families.Where(family => family.TakesNumber).Select(family => $"{family.Key}-NUMBER"));

    private sealed record Family(
        string Key, double[] Numbers, string Display, string Source, Func<double, long?, SegmentationLoss> Create, bool TakesNumber)
    {
        public Family(string key, double[] numbers, string display, string source, Func<double, long?, SegmentationLoss> create)
            : this(key, numbers, display, source, create, numbers.Length > 0)
        {
        }

        /// <summary>The number of a key of this family (0 where it takes none); null when the key is not of this family.</summary>
        public double? NumberIn(string key)
        {
            if (!TakesNumber)
                return key == Key ? 0 : null;
            return key.StartsWith($"{Key}-", StringComparison.Ordinal)
                && double.TryParse(key.AsSpan(Key.Length + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
        }
    }
}
