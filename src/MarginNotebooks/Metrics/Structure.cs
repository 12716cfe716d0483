namespace MarginNotebooks.Metrics;

/// <summary>Something that is scored as one mask: a class, or several classes together.</summary>
/// <param name="Name">Short name used in score keys, for example <c>1</c> or <c>WT</c>.</param>
/// <param name="Labels">The classes whose voxels belong to it.</param>
public sealed record Structure(string Name, IReadOnlyList<int> Labels)
{
    /// <summary>Tolerance of its surface Dice, in the unit of the distances (mm); null for the protocol's.</summary>
    public double? SurfaceTolerance { get; init; }

    /// <summary>BraTS regions: enhancing tumour (label 3), tumour core (1 and 3), whole tumour (1, 2 and 3).</summary>
    public static IReadOnlyList<Structure> Brats { get; } = [new("ET", [3]), new("TC", [1, 3]), new("WT", [1, 2, 3])];

    /// <summary>Every class but the background, named by its number.</summary>
    /// <param name="classes">Number of classes, background included.</param>
    /// <returns>One structure a class, class 1 first.</returns>
    public static IReadOnlyList<Structure> Foreground(int classes) =>
        [.. Enumerable.Range(1, classes - 1).Select(k => new Structure(k.ToString(), [k]))];

    /// <summary>The structure's mask in a label map.</summary>
    /// <param name="labels">Class of each voxel.</param>
    /// <returns>True where the voxel belongs to the structure.</returns>
    public bool[] Mask(ReadOnlySpan<byte> labels)
    {
        var member = new bool[256];
        foreach (var label in Labels)
            member[label] = true;
        var mask = new bool[labels.Length];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = member[labels[i]];
        return mask;
    }
}
