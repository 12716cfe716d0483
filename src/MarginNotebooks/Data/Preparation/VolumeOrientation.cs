namespace MarginNotebooks.Data.Preparation;

/// <summary>Which way the axes of a volume point, and volumes turned to another way: axes swapped and mirrored, nothing resampled.</summary>
/// <remarks>
/// An orientation is three letters, one an index axis (x, y, z), that name the side it runs <i>to</i>: <c>LPS</c> has columns that run to
/// the left, rows to the back and slices upwards, which shows an axial slice as radiologists do. Oblique axes take the letter they are
/// closest to. (ITK's letters name the side an axis comes <i>from</i>: its RAI is LPS here.)
/// </remarks>
internal static class VolumeOrientation
{
    // Sides of NIfTI's axes: right, front, up, and the opposites.
    private const string Positive = "RAS";
    private const string Negative = "LPI";

    /// <summary>True for three letters that name each of left–right, posterior–anterior and inferior–superior once.</summary>
    public static bool IsOrientation(string letters) =>
        letters.Length == 3 && letters.Select(AxisOf).Order().SequenceEqual([0, 1, 2]);

    /// <summary>Letters of a volume's axes.</summary>
    /// <param name="affine">From indices to positions.</param>
    /// <returns>For example <c>LPS</c>.</returns>
    public static string Of(double[,] affine)
    {
        var letters = new char[3];
        var cosines = new double[3, 3];
        for (var axis = 0; axis < 3; axis++)
        {
            var length = Math.Sqrt(Enumerable.Range(0, 3).Sum(row => affine[row, axis] * affine[row, axis]));
            for (var row = 0; row < 3; row++)
                cosines[row, axis] = length > 0 ? affine[row, axis] / length : 0;
        }
        // The most certain axis chooses first, so that no two get the same letter.
        foreach (var (row, axis) in
            from row in Enumerable.Range(0, 3)
            from axis in Enumerable.Range(0, 3)
            orderby Math.Abs(cosines[row, axis]) descending
            select (row, axis))
            if (letters[axis] == 0 && !letters.Where(letter => letter != 0).Any(letter => AxisOf(letter) == row))
                letters[axis] = (cosines[row, axis] < 0 ? Negative : Positive)[row];
        return new string(letters);
    }

    /// <summary>Turns a volume.</summary>
    /// <param name="volume">A volume.</param>
    /// <param name="from">Its orientation.</param>
    /// <param name="to">The one wanted.</param>
    /// <returns>The volume with its numbers, shape, spacing and affine matrix in the new order.</returns>
    public static SourceVolume Turned(this SourceVolume volume, string from, string to)
    {
        if (from == to)
            return volume;
        // For each new axis the old one, and whether it runs backwards.
        var source = to.Select(letter => from.ToList().FindIndex(other => AxisOf(other) == AxisOf(letter))).ToArray();
        var flipped = to.Select((letter, i) => from[source[i]] != letter).ToArray();
        var shape = source.Select(axis => volume.Shape[axis]).ToArray();
        int[] stride = [1, volume.Shape[0], volume.Shape[0] * volume.Shape[1]];
        var step = source.Select((axis, i) => flipped[i] ? -stride[axis] : stride[axis]).ToArray();
        var start = source.Select((axis, i) => flipped[i] ? (volume.Shape[axis] - 1) * stride[axis] : 0).Sum();
        var values = new float[volume.Values.Length];
        var (next, size) = (0, shape[0] * shape[1] * shape[2]);
        for (var channel = 0; channel < volume.Channels; channel++)
            for (var z = 0; z < shape[2]; z++)
                for (var y = 0; y < shape[1]; y++)
                {
                    var at = channel * size + start + z * step[2] + y * step[1];
                    for (var x = 0; x < shape[0]; x++, at += step[0])
                        values[next++] = volume.Values[at];
                }
        double[] spacing = [volume.Spacing.Width, volume.Spacing.Height, volume.Spacing.Depth];
        return volume with
        {
            Values = values,
            Shape = shape,
            Affine = Turned(volume.Affine, volume.Shape, source, flipped),
            Spacing = new VoxelSpacing(spacing[source[2]], spacing[source[1]], spacing[source[0]]),
        };
    }

    private static double[,] Turned(double[,] affine, int[] shape, int[] source, bool[] flipped)
    {
        var turned = new double[4, 4];
        turned[3, 3] = 1;
        for (var row = 0; row < 3; row++)
        {
            turned[row, 3] = affine[row, 3];
            for (var axis = 0; axis < 3; axis++)
            {
                turned[row, axis] = flipped[axis] ? -affine[row, source[axis]] : affine[row, source[axis]];
                if (flipped[axis])
                    turned[row, 3] += affine[row, source[axis]] * (shape[source[axis]] - 1);
            }
        }
        return turned;
    }

    private static int AxisOf(char letter) => Math.Max(Positive.IndexOf(letter, StringComparison.Ordinal), Negative.IndexOf(letter, StringComparison.Ordinal));
}
