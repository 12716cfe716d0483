using System.Text.Json;
using MarginNotebooks.Losses;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The kit's loss for a golden file, from the file's contents alone.</summary>
internal static class GoldenLoss
{
    /// <summary>Null when the kit has no such loss.</summary>
    public static SegmentationLoss? Create(JsonElement file)
    {
        var p = file.GetProperty("params");
        long? ignoreIndex = p.TryGetProperty("ignore_index", out var ignored) ? ignored.GetInt64() : null;
        return file.GetProperty("loss").GetString() switch
        {
            "ce" => new CrossEntropyLoss { IgnoreIndex = ignoreIndex },
            "ce_dice" => new CrossEntropyDiceLoss(ClassZero(p), smooth: EqualSmooth(p)) { IgnoreIndex = ignoreIndex },
            "focal" => new FocalLoss(
                Number(p, "gamma"), p.GetProperty("size_average").GetBoolean() ? LossReduction.Mean : LossReduction.Sum)
            {
                IgnoreIndex = ignoreIndex,
            },
            "label_smoothing" => new LabelSmoothingLoss(Number(p, "alpha")) { IgnoreIndex = ignoreIndex },
            "svls" => new SvlsLoss(Number(p, "sigma"), p.GetProperty("kernel_size").GetInt32()) { IgnoreIndex = ignoreIndex },
            "ecp" => new EntropyPenaltyLoss(Number(p, "alpha")) { IgnoreIndex = ignoreIndex },
            "logit_margin_l1" => new MarginLoss(Number(p, "margin"), Number(p, "alpha")) { IgnoreIndex = ignoreIndex },
            "logit_margin_l2" => new MarginSquaredLoss(Number(p, "margin"), Number(p, "alpha"), SquaredMarginVariant.AuthorsCode)
            {
                IgnoreIndex = ignoreIndex,
            },
            "logit_margin_dice_l1" => new MarginDiceLoss(Number(p, "margin"), Number(p, "alpha"), ClassZero(p), Number(p, "eps"))
            {
                IgnoreIndex = ignoreIndex,
            },
            "nacl" => new NaclLoss(
                Neighbourhood(p),
                p.GetProperty("is_softmax").GetBoolean() ? NaclPrediction.Probabilities : NaclPrediction.Logits,
                p.GetProperty("distance_type").GetString() == "l1" ? NaclDistance.Absolute : NaclDistance.Squared,
                Number(p, "alpha"))
            {
                IgnoreIndex = ignoreIndex,
            },
            _ => null,
        };
    }

    public static Neighbourhood Neighbourhood(JsonElement p)
    {
        var kind = p.GetProperty("kernel_ops").GetString() switch
        {
            "mean" => NeighbourhoodOperator.Mean,
            "gaussian" => NeighbourhoodOperator.Gaussian,
            "max" => NeighbourhoodOperator.Max,
            "min" => NeighbourhoodOperator.Min,
            "median" => NeighbourhoodOperator.Median,
            "mode" => NeighbourhoodOperator.Mode,
            "bilateral" => NeighbourhoodOperator.Bilateral,
            "gradient" => NeighbourhoodOperator.Gradient,
            "image_proportions_l1" => NeighbourhoodOperator.ImageProportionsL1,
            "image_proportions_l2" => NeighbourhoodOperator.ImageProportionsL2,
            var other => throw new InvalidDataException($"Unknown neighbourhood operator '{other}'."),
        };
        return new Neighbourhood(kind)
        {
            KernelSize = p.GetProperty("kernel_size").GetInt32(),
            Sigma = p.TryGetProperty("sigma", out var sigma) ? sigma.GetDouble() : 1,
            Border = NeighbourhoodBorder.Background,
            Centre = GaussianCentre.AuthorsCode,
        };
    }

    public static double Number(JsonElement parameters, string name) => parameters.GetProperty(name).GetDouble();

    /// <summary>The original's name of a term, translated to the part of the kit's loss; the empty string is the total.</summary>
    public static string PartName(string term, SegmentationLoss loss) => term switch
    {
        "loss" => "",
        "loss_ce" => "ce",
        "loss_dice" => "dice",
        "loss_ent" => "entropy",
        "loss_margin_l1" => loss is NaclLoss ? "neighbourhood" : "margin",
        _ => throw new InvalidDataException($"Unknown loss term '{term}' for {loss.Name}."),
    };

    private static Background ClassZero(JsonElement p) =>
        p.GetProperty("include_background").GetBoolean() ? Background.Included : Background.Excluded;

    private static double EqualSmooth(JsonElement p)
    {
        if (Number(p, "smooth_nr") != Number(p, "smooth_dr"))
            Assert.Skip("The kit's Dice has one smoothing for numerator and denominator; this file has two.");
        return Number(p, "smooth_nr");
    }
}
