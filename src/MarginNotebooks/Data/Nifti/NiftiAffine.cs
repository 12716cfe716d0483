namespace MarginNotebooks.Data.Nifti;

/// <summary>From voxel indices to positions: the three methods of the standard (nifti1.h), in its order of preference.</summary>
public static class NiftiAffine
{
    /// <summary>
    /// The affine matrix of a header: the sform when coded, else the qform when coded, else the steps alone (method 1, origin 0).
    /// </summary>
    /// <param name="header">The header.</param>
    /// <returns>4 × 4, in the file's unit of length; x points right, y to the front, z up.</returns>
    public static double[,] Of(NiftiHeader header) =>
        header.SformCode > 0 ? Sform(header) : header.QformCode > 0 ? Qform(header) : Steps(header);

    /// <summary>Method 3: the matrix that the header stores.</summary>
    /// <param name="header">The header.</param>
    /// <returns>4 × 4.</returns>
    public static double[,] Sform(NiftiHeader header)
    {
        var affine = Identity();
        for (var row = 0; row < 3; row++)
            for (var column = 0; column < 4; column++)
                affine[row, column] = header.Srow[row * 4 + column];
        return affine;
    }

    /// <summary>
    /// Method 2: a rotation given by a unit quaternion (a, b, c, d), <c>a = √(1 − b² − c² − d²)</c>, steps, and an offset.
    /// </summary>
    /// <param name="header">The header.</param>
    /// <returns>4 × 4.</returns>
    public static double[,] Qform(NiftiHeader header)
    {
        var (b, c, d) = (header.Quaternion[0], header.Quaternion[1], header.Quaternion[2]);
        var rest = 1 - (b * b + c * c + d * d);
        double a;
        if (rest < 1e-7)
        {
            // A half turn: rounding may leave b, c, d slightly longer than 1.
            var length = Math.Sqrt(b * b + c * c + d * d);
            (a, b, c, d) = (0, b / length, c / length, d / length);
        }
        else
        {
            a = Math.Sqrt(rest);
        }
        double[,] rotation =
        {
            { a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c) },
            { 2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b) },
            { 2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c },
        };
        double[] step = [Step(header, 1), Step(header, 2), header.PixDim[0] < 0 ? -Step(header, 3) : Step(header, 3)];
        var affine = Identity();
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                affine[row, column] = rotation[row, column] * step[column];
            affine[row, 3] = header.Quaternion[3 + row];
        }
        return affine;
    }

    /// <summary>The quaternion fields that stand for an affine matrix, when it is a rotation, steps and an offset.</summary>
    /// <param name="affine">4 × 4.</param>
    /// <returns>Handedness (±1), the six quaternion numbers and the three steps; null when the axes are not at right angles.</returns>
    internal static (double Handedness, double[] Quaternion, double[] Steps)? Decompose(double[,] affine)
    {
        var steps = new double[3];
        var r = new double[3, 3];
        for (var column = 0; column < 3; column++)
        {
            steps[column] = Math.Sqrt(Enumerable.Range(0, 3).Sum(row => affine[row, column] * affine[row, column]));
            if (!(steps[column] > 0) || !double.IsFinite(steps[column]))
                return null;
            for (var row = 0; row < 3; row++)
                r[row, column] = affine[row, column] / steps[column];
        }
        for (var i = 0; i < 3; i++)
            for (var j = i + 1; j < 3; j++)
                if (Math.Abs(Enumerable.Range(0, 3).Sum(row => r[row, i] * r[row, j])) > 1e-5)
                    return null;
        var determinant = r[0, 0] * (r[1, 1] * r[2, 2] - r[1, 2] * r[2, 1]) - r[0, 1] * (r[1, 0] * r[2, 2] - r[1, 2] * r[2, 0])
            + r[0, 2] * (r[1, 0] * r[2, 1] - r[1, 1] * r[2, 0]);
        var handedness = determinant < 0 ? -1.0 : 1.0;
        for (var row = 0; row < 3; row++)
            r[row, 2] *= handedness;
        var (b, c, d) = Rotation(r);
        return (handedness, [b, c, d, affine[0, 3], affine[1, 3], affine[2, 3]], steps);
    }

    private static (double B, double C, double D) Rotation(double[,] r)
    {
        double a, b, c, d;
        if (r[0, 0] + r[1, 1] + r[2, 2] > -0.5)
        {
            a = 0.5 * Math.Sqrt(Math.Max(0, 1 + r[0, 0] + r[1, 1] + r[2, 2]));
            return (0.25 * (r[2, 1] - r[1, 2]) / a, 0.25 * (r[0, 2] - r[2, 0]) / a, 0.25 * (r[1, 0] - r[0, 1]) / a);
        }
        // Near a half turn a vanishes: divide by the largest of the other three.
        var x = 1 + r[0, 0] - (r[1, 1] + r[2, 2]);
        var y = 1 + r[1, 1] - (r[0, 0] + r[2, 2]);
        var z = 1 + r[2, 2] - (r[0, 0] + r[1, 1]);
        if (x >= y && x >= z)
        {
            b = 0.5 * Math.Sqrt(x);
            (a, c, d) = (0.25 * (r[2, 1] - r[1, 2]) / b, 0.25 * (r[0, 1] + r[1, 0]) / b, 0.25 * (r[0, 2] + r[2, 0]) / b);
        }
        else if (y >= z)
        {
            c = 0.5 * Math.Sqrt(y);
            (a, b, d) = (0.25 * (r[0, 2] - r[2, 0]) / c, 0.25 * (r[0, 1] + r[1, 0]) / c, 0.25 * (r[1, 2] + r[2, 1]) / c);
        }
        else
        {
            d = 0.5 * Math.Sqrt(z);
            (a, b, c) = (0.25 * (r[1, 0] - r[0, 1]) / d, 0.25 * (r[0, 2] + r[2, 0]) / d, 0.25 * (r[1, 2] + r[2, 1]) / d);
        }
        return a < 0 ? (-b, -c, -d) : (b, c, d);
    }

    private static double[,] Steps(NiftiHeader header)
    {
        var affine = Identity();
        for (var axis = 0; axis < 3; axis++)
            affine[axis, axis] = Step(header, axis + 1);
        return affine;
    }

    /// <summary>
    /// Step along an axis (1 to 7); some writers leave zeros or negative numbers there, which stand for 1 and for their size.
    /// </summary>
    /// <param name="header">The header.</param>
    /// <param name="axis">1 for x.</param>
    /// <returns>A positive number.</returns>
    internal static double Step(NiftiHeader header, int axis)
    {
        var step = Math.Abs(header.PixDim[axis]);
        return step > 0 && double.IsFinite(step) ? step : 1;
    }

    private static double[,] Identity() => new double[,] { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
}
