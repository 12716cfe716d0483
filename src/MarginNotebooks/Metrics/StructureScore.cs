namespace MarginNotebooks.Metrics;

/// <summary>Where a structure was found.</summary>
public enum StructurePresence
{
    /// <summary>In the reference and in the prediction.</summary>
    Both,

    /// <summary>In the reference only: the network missed it.</summary>
    Missed,

    /// <summary>In the prediction only: there is nothing of the kind in the reference.</summary>
    Spurious,

    /// <summary>In neither.</summary>
    Absent,
}

/// <summary>Overlap, volume and surface scores of one structure in one case, after the protocol's conventions for empty masks.</summary>
/// <param name="Name">The structure's name.</param>
/// <param name="Presence">Where it was found.</param>
/// <param name="ResultVoxels">Voxels predicted.</param>
/// <param name="ReferenceVoxels">Voxels in the reference.</param>
public sealed record StructureScore(string Name, StructurePresence Presence, long ResultVoxels, long ReferenceVoxels)
{
    /// <summary>Names of the measures, in the order of tables.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "dsc", "iou", "hd95", "hd", "asd", "assd", "nsd", "sensitivity", "precision", "specificity", "vd", "avd", "rvd", "arvd",
    ];

    /// <summary>Dice coefficient.</summary>
    public required double Dice { get; init; }

    /// <summary>Intersection over union.</summary>
    public required double IoU { get; init; }

    /// <summary>95th percentile of the surface distances.</summary>
    public required double Hd95 { get; init; }

    /// <summary>Hausdorff distance.</summary>
    public required double Hd { get; init; }

    /// <summary>Average surface distance from prediction to reference.</summary>
    public required double Asd { get; init; }

    /// <summary>Average symmetric surface distance.</summary>
    public required double Assd { get; init; }

    /// <summary>Surface Dice at the tolerance (<see cref="Metrics.SurfaceDice"/>).</summary>
    public required double SurfaceDice { get; init; }

    /// <summary>Share of the reference that was found.</summary>
    public required double Sensitivity { get; init; }

    /// <summary>Share of the prediction that is right.</summary>
    public required double Precision { get; init; }

    /// <summary>Share of the rest of the image that was left alone.</summary>
    public required double Specificity { get; init; }

    /// <summary>Predicted minus true volume in ml.</summary>
    public required double VolumeDifference { get; init; }

    /// <summary>Predicted minus true volume as a share of the true one.</summary>
    public required double RelativeVolumeDifference { get; init; }

    /// <summary>A measure by name.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    public double this[string key] => key switch
    {
        "dsc" => Dice,
        "iou" => IoU,
        "hd95" => Hd95,
        "hd" => Hd,
        "asd" => Asd,
        "assd" => Assd,
        "nsd" => SurfaceDice,
        "sensitivity" => Sensitivity,
        "precision" => Precision,
        "specificity" => Specificity,
        "vd" => VolumeDifference,
        "avd" => Math.Abs(VolumeDifference),
        "rvd" => RelativeVolumeDifference,
        "arvd" => Math.Abs(RelativeVolumeDifference),
        _ => throw new ArgumentException($"Unknown overlap or distance measure '{key}'; known are {string.Join(", ", Keys)}.", nameof(key)),
    };

    /// <summary>Scores two masks under a protocol.</summary>
    /// <remarks>
    /// What an empty mask scores: see <see cref="EmptyMaskRule"/>. Shares (Dice, IoU, surface Dice, sensitivity, precision) follow Dice;
    /// a missed structure's specificity and volume differences are what their definitions give (1, <c>−V(R)</c>, −1); for one that is
    /// not in the reference all are NaN, or 1 and 0 under the authors' rule.
    /// </remarks>
    /// <param name="name">The structure's name.</param>
    /// <param name="result">Predicted mask.</param>
    /// <param name="reference">True mask.</param>
    /// <param name="shape">Voxels along each axis, 2-D or 3-D.</param>
    /// <param name="spacing">Voxel spacing along each axis, in the unit that distances shall have.</param>
    /// <param name="rule">What empty masks score.</param>
    /// <param name="tolerance">Tolerance of the surface Dice, in the unit of the spacing.</param>
    /// <param name="voxelVolume">Volume of a voxel in mm³; null for the product of the spacing.</param>
    /// <returns>The score.</returns>
    public static StructureScore Of(
        string name, bool[] result, bool[] reference, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing, EmptyMaskRule rule,
        double tolerance = 1, double? voxelVolume = null)
    {
        DistanceTransform.Check(result.Length, shape, spacing);
        var overlap = Overlap.Of(result, reference);
        var presence = (overlap.Reference > 0, overlap.Result > 0) switch
        {
            (true, true) => StructurePresence.Both,
            (true, false) => StructurePresence.Missed,
            (false, true) => StructurePresence.Spurious,
            _ => StructurePresence.Absent,
        };
        if (overlap.Reference == 0)
            return rule == EmptyMaskRule.Authors
                ? Constant(1, 0, 1, 0, 0)
                : Constant(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        var volume = Metrics.VolumeDifference.Of(overlap, voxelVolume ?? Product(spacing));
        if (presence == StructurePresence.Missed)
            return Constant(
                0, rule == EmptyMaskRule.Authors ? 0 : Diagonal(shape, spacing), overlap.Specificity, volume.Signed, volume.Relative);
        var box = MaskBox.Around(result, reference, shape);
        var distances = SurfaceDistances.Between(box, spacing);
        return new(name, presence, overlap.Result, overlap.Reference)
        {
            Dice = overlap.Dice,
            IoU = overlap.IoU,
            Hd95 = distances.Hd95,
            Hd = distances.Hd,
            Asd = distances.Asd,
            Assd = distances.Assd,
            SurfaceDice = Metrics.SurfaceDice.At(box, spacing, tolerance),
            Sensitivity = overlap.Sensitivity,
            Precision = overlap.Precision,
            Specificity = overlap.Specificity,
            VolumeDifference = volume.Signed,
            RelativeVolumeDifference = volume.Relative,
        };

        StructureScore Constant(double share, double distance, double specificity, double difference, double relative) =>
            new(name, presence, overlap.Result, overlap.Reference)
            {
                Dice = share,
                IoU = share,
                Hd95 = distance,
                Hd = distance,
                Asd = distance,
                Assd = distance,
                SurfaceDice = share,
                Sensitivity = share,
                Precision = share,
                Specificity = specificity,
                VolumeDifference = difference,
                RelativeVolumeDifference = relative,
            };

        static double Product(ReadOnlySpan<double> steps)
        {
            var product = 1.0;
            foreach (var step in steps)
                product *= step;
            return product;
        }
    }

    /// <summary>The largest distance between two voxel centres of a volume.</summary>
    /// <param name="shape">Voxels along each axis.</param>
    /// <param name="spacing">Voxel spacing along each axis.</param>
    /// <returns><c>sqrt(Σ ((n_a − 1)·s_a)²)</c>.</returns>
    public static double Diagonal(ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing)
    {
        double sum = 0;
        for (var axis = 0; axis < shape.Length; axis++)
            sum += Math.Pow((shape[axis] - 1) * spacing[axis], 2);
        return Math.Sqrt(sum);
    }
}
