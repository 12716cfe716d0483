using MarginNotebooks.Losses;

namespace MarginNotebooks.Tests.Losses;

/// <summary>
/// Every loss of the kit, by a short name, for tests of what all of them promise: every method of the catalogue, and variants besides.
/// </summary>
internal static class LossCases
{
    private static readonly Dictionary<string, Func<long?, SegmentationLoss>> Variants = new()
    {
        ["ce"] = ignored => new CrossEntropyLoss { IgnoreIndex = ignored },
        ["dice"] = ignored => new SoftDiceLoss(Background.Included) { IgnoreIndex = ignored },
        ["dice-foreground"] = ignored => new SoftDiceLoss(Background.Excluded) { IgnoreIndex = ignored },
        ["ce-dice"] = ignored => new CrossEntropyDiceLoss { IgnoreIndex = ignored },
        ["focal-0"] = ignored => new FocalLoss(0) { IgnoreIndex = ignored },
        ["focal-0.5"] = ignored => new FocalLoss(0.5) { IgnoreIndex = ignored },
        ["focal-1"] = ignored => new FocalLoss(1) { IgnoreIndex = ignored },
        ["focal-2"] = ignored => new FocalLoss(2) { IgnoreIndex = ignored },
        ["focal-3-sum"] = ignored => new FocalLoss(3, LossReduction.Sum) { IgnoreIndex = ignored },
        ["ls"] = ignored => new LabelSmoothingLoss(0.2) { IgnoreIndex = ignored },
        ["svls"] = ignored => new SvlsLoss(1) { IgnoreIndex = ignored },
        ["svls-5"] = ignored => new SvlsLoss(1.5, 5) { IgnoreIndex = ignored },
        ["ecp"] = ignored => new EntropyPenaltyLoss(0.3) { IgnoreIndex = ignored },
        ["mbls"] = ignored => new MarginLoss(3, 0.1) { IgnoreIndex = ignored },
        ["mbls-0"] = ignored => new MarginLoss(0, 0.1) { IgnoreIndex = ignored },
        ["mbls-l2"] = ignored => new MarginSquaredLoss(3, 0.1) { IgnoreIndex = ignored },
        ["mbls-l2-authors"] = ignored => new MarginSquaredLoss(3, 0.1, SquaredMarginVariant.AuthorsCode) { IgnoreIndex = ignored },
        ["nacl-mean"] = ignored => Nacl(NeighbourhoodOperator.Mean, NaclPrediction.Logits, NaclDistance.Absolute, ignored),
        ["nacl-gaussian"] = ignored => Nacl(NeighbourhoodOperator.Gaussian, NaclPrediction.Probabilities, NaclDistance.Squared, ignored),
        ["nacl-max"] = ignored => Nacl(NeighbourhoodOperator.Max, NaclPrediction.Logits, NaclDistance.Squared, ignored),
        ["nacl-min"] = ignored => Nacl(NeighbourhoodOperator.Min, NaclPrediction.Probabilities, NaclDistance.Absolute, ignored),
        ["nacl-median"] = ignored => Nacl(NeighbourhoodOperator.Median, NaclPrediction.Probabilities, NaclDistance.Absolute, ignored),
        ["nacl-mode"] = ignored => Nacl(NeighbourhoodOperator.Mode, NaclPrediction.Logits, NaclDistance.Absolute, ignored),
        ["hard-ace"] = ignored => new HardL1AceLoss(10, Background.Included, AbsentClass.Counted) { IgnoreIndex = ignored },
        ["soft-ace"] = ignored => new SoftL1AceLoss(10, Background.Included, AbsentClass.Counted) { IgnoreIndex = ignored },
        ["soft-ace-foreground"] = ignored => new SoftL1AceLoss(7, Background.Excluded, AbsentClass.Skipped) { IgnoreIndex = ignored },
        ["mbls-dice"] = ignored => new MarginDiceLoss(3, 0.1) { IgnoreIndex = ignored },
        ["acls-active"] = ignored => new AclsLoss(1, 0.5, 1, 0.3) { IgnoreIndex = ignored },
        ["dual-focal-0.5"] = ignored => new DualFocalLoss(0.5) { IgnoreIndex = ignored },
        ["dual-focal-0"] = ignored => new DualFocalLoss(0) { IgnoreIndex = ignored },
        ["adafocal-moved"] = ignored => Moved(new AdaFocalLoss(4) { IgnoreIndex = ignored }, _ => new()
        {
            ["edge.0"] = 0.15,
            ["edge.1"] = 0.5,
            ["edge.2"] = 0.85,
            ["gamma.0"] = 3.5,
            ["gamma.1"] = -1.3,
            ["gamma.2"] = 0.4,
            ["gamma.3"] = -0.2,
        }),
        ["mbls-classwise-moved"] = ignored => Moved(
            new ClasswiseMarginLoss(1, 0.5, 1) { IgnoreIndex = ignored }, classes => new Dictionary<string, double>(
                Enumerable.Range(0, classes).Select(k => KeyValuePair.Create($"margin.{k}", 1 + 0.7 * k)))
            { ["lambda"] = 0.5 }),
        ["crac-moved"] = ignored => Moved(Crac(LagrangianPenalty.Phr, CracConstraint.Proportions, ignored), CracState),
        ["crac-p2-moved"] = ignored => Moved(Crac(LagrangianPenalty.P2, CracConstraint.Proportions, ignored), CracState),
        ["crac-p3-moved"] = ignored => Moved(Crac(LagrangianPenalty.P3, CracConstraint.Proportions, ignored), CracState),
        ["crac-distances-moved"] = ignored => Moved(Crac(LagrangianPenalty.Phr, CracConstraint.LogitDistances, ignored), CracState),
        ["crac-distances-p2-moved"] = ignored => Moved(Crac(LagrangianPenalty.P2, CracConstraint.LogitDistances, ignored), CracState),
        ["crac-distances-p3-moved"] = ignored => Moved(Crac(LagrangianPenalty.P3, CracConstraint.LogitDistances, ignored), CracState),
        ["pixelwise"] = ignored => new PolyLoss(0.5) { IgnoreIndex = ignored },
    };

    private static readonly Dictionary<string, Func<long?, SegmentationLoss>> Cases = Variants
        .Concat(MethodCatalog.Families.Where(family => family.Create.Method.Module.Assembly == typeof(MethodCatalog).Assembly)
            .SelectMany(family => family.Keys)
            .Where(key => !Variants.ContainsKey(key))
            .Select(key => KeyValuePair.Create(key, (Func<long?, SegmentationLoss>)(ignored => Moved(MethodCatalog.Get(key, ignored).CreateLoss(), null)))))
        .ToDictionary();

    // Their targets depend on where a pixel's neighbours are.
    private static readonly string[] Spatial =
        [.. Cases.Keys.Where(name => new[] { "svls", "nacl", "crac", "sdc" }.Any(start => name.StartsWith(start)))];

    public static TheoryData<string> All => [.. Cases.Keys];

    /// <summary>Those whose gradient is the derivative of the value; ACLS holds a part of it constant.</summary>
    public static TheoryData<string> Differentiable => [.. Cases.Keys.Where(name => !name.StartsWith("acls"))];

    public static TheoryData<string> Pointwise => [.. Cases.Keys.Except(Spatial)];

    /// <param name="name">The loss.</param>
    /// <param name="ignoreIndex">Ignored label.</param>
    /// <param name="fused">False: in libtorch's operations, as on a GPU.</param>
    public static SegmentationLoss Create(string name, long? ignoreIndex = null, bool fused = true)
    {
        var loss = Cases[name](ignoreIndex);
        loss.Fused = fused;
        return loss;
    }

    private static CracLoss Crac(LagrangianPenalty penalty, CracConstraint constraint, long? ignored) =>
        new(2, penalty, 0.1, constraint: constraint) { IgnoreIndex = ignored };

    private static Dictionary<string, double> CracState(int classes) => new(
        new[] { "boundary", "interior" }.SelectMany((region, r) => Enumerable.Range(0, classes).SelectMany(k => new[]
        {
            KeyValuePair.Create($"{region}.lambda.{k}", 0.4 + 0.3 * k + r),
            KeyValuePair.Create($"{region}.rho.{k}", 0.1 + 0.2 * k + 0.5 * r),
        })));

    private static CaseLoss Moved(SegmentationLoss inner, Func<int, Dictionary<string, double>>? state) =>
        new(inner, state) { IgnoreIndex = inner.IgnoreIndex };

    private static NaclLoss Nacl(NeighbourhoodOperator kind, NaclPrediction prediction, NaclDistance distance, long? ignored) =>
        new(new Neighbourhood(kind), prediction, distance, 0.1) { IgnoreIndex = ignored };
}
