namespace MarginNotebooks.Data.MetaImages;

/// <summary>Where the voxels of a MetaImage lie.</summary>
internal static class MetaGeometry
{
    // Each pair of sides, and the direction (left, posterior, superior) of an axis that comes from that side.
    private static readonly Dictionary<char, (int Axis, int Sign)> FromSide = new()
    {
        ['R'] = (0, 1),
        ['L'] = (0, -1),
        ['A'] = (1, 1),
        ['P'] = (1, -1),
        ['I'] = (2, 1),
        ['S'] = (2, -1),
    };

    /// <summary>True for three letters that name each of left–right, anterior–posterior and inferior–superior once.</summary>
    public static bool IsOrientation(string letters) =>
        letters.Length == 3 && letters.All(c => FromSide.ContainsKey(char.ToUpperInvariant(c)))
        && letters.Select(c => FromSide[char.ToUpperInvariant(c)].Axis).Distinct().Count() == 3;

    /// <summary>Directions of the axes, N × N, one axis after the other; the unit matrix for null.</summary>
    public static double[] Directions(string? anatomicalOrientation, int axes)
    {
        var directions = new double[axes * axes];
        for (var axis = 0; axis < axes; axis++)
        {
            var (along, sign) = anatomicalOrientation is null ? (axis, 1) : FromSide[anatomicalOrientation[axis]];
            directions[axis * axes + along] = sign;
        }
        return directions;
    }

    /// <summary>
    /// From voxel indices to millimetres, 4 × 4, in NIfTI's axes (x right, y to the front, z up). MetaImage counts left, posterior,
    /// superior, so the first two rows change sign.
    /// </summary>
    public static double[,] Affine(MetaHeader header)
    {
        var axes = header.Shape.Count;
        var affine = new double[4, 4];
        affine[3, 3] = 1;
        for (var row = 0; row < 3; row++)
        {
            var sign = row < 2 ? -1 : 1;
            for (var column = 0; column < 3; column++)
                affine[row, column] = row < axes && column < axes
                    ? sign * header.Directions[column * axes + row] * header.Spacing[column]
                    : row == column ? sign : 0;
            affine[row, 3] = row < axes ? sign * header.Offset[row] : 0;
        }
        return affine;
    }
}
