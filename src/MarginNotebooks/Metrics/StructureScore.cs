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

/// <summary>Overlap and surface distances of one structure in one case, after the protocol's conventions for empty masks.</summary>
/// <param name="Name">The structure's name.</param>
/// <param name="Presence">Where it was found.</param>
/// <param name="Dice">Dice coefficient.</param>
/// <param name="IoU">Intersection over union.</param>
/// <param name="Hd95">95th percentile of the surface distances.</param>
/// <param name="Hd">Hausdorff distance.</param>
/// <param name="Asd">Average surface distance from prediction to reference.</param>
/// <param name="Assd">Average symmetric surface distance.</param>
/// <param name="ResultVoxels">Voxels predicted.</param>
/// <param name="ReferenceVoxels">Voxels in the reference.</param>
public sealed record StructureScore(
    string Name, StructurePresence Presence, double Dice, double IoU, double Hd95, double Hd, double Asd, double Assd,
    long ResultVoxels, long ReferenceVoxels)
{
    /// <summary>Names of the measures, in the order of tables.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["dsc", "iou", "hd95", "hd", "asd", "assd"];

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
        _ => throw new ArgumentException($"Unknown overlap or distance measure '{key}'; known are {string.Join(", ", Keys)}.", nameof(key)),
    };

    /// <summary>Scores two masks under a protocol.</summary>
    /// <param name="name">The structure's name.</param>
    /// <param name="result">Predicted mask.</param>
    /// <param name="reference">True mask.</param>
    /// <param name="shape">Voxels along each axis.</param>
    /// <param name="spacing">Voxel spacing along each axis, in the unit that distances shall have.</param>
    /// <param name="rule">What empty masks score.</param>
    /// <returns>The score.</returns>
    public static StructureScore Of(
        string name, bool[] result, bool[] reference, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing, EmptyMaskRule rule)
    {
        var overlap = Overlap.Of(result, reference);
        var presence = (overlap.Reference > 0, overlap.Result > 0) switch
        {
            (true, true) => StructurePresence.Both,
            (true, false) => StructurePresence.Missed,
            (false, true) => StructurePresence.Spurious,
            _ => StructurePresence.Absent,
        };
        StructureScore Score(double dice, double iou, double hd95, double hd, double asd, double assd) =>
            new(name, presence, dice, iou, hd95, hd, asd, assd, overlap.Result, overlap.Reference);
        StructureScore Constant(double share, double distance) => Score(share, share, distance, distance, distance, distance);
        if (presence == StructurePresence.Both)
        {
            var d = SurfaceDistances.Between(result, reference, shape, spacing);
            return Score(overlap.Dice, overlap.IoU, d.Hd95, d.Hd, d.Asd, d.Assd);
        }

        if (rule == EmptyMaskRule.Authors)
            return presence == StructurePresence.Missed ? Constant(0, 0) : Constant(1, 0);
        return presence == StructurePresence.Missed ? Constant(0, Diagonal(shape, spacing)) : Constant(double.NaN, double.NaN);
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
