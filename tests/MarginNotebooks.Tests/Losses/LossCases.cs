using MarginNotebooks.Losses;

namespace MarginNotebooks.Tests.Losses;

/// <summary>Every loss of the kit, by a short name, for tests of what all of them promise.</summary>
internal static class LossCases
{
    private static readonly Dictionary<string, Func<long?, SegmentationLoss>> Cases = new()
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
    };

    // Their targets depend on where a pixel's neighbours are.
    private static readonly string[] Spatial = [.. Cases.Keys.Where(name => name.StartsWith("svls") || name.StartsWith("nacl"))];

    public static TheoryData<string> All => [.. Cases.Keys];

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

    private static NaclLoss Nacl(NeighbourhoodOperator kind, NaclPrediction prediction, NaclDistance distance, long? ignored) =>
        new(new Neighbourhood(kind), prediction, distance, 0.1) { IgnoreIndex = ignored };
}
