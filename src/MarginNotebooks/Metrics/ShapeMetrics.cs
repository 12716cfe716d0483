namespace MarginNotebooks.Metrics;

/// <summary>The authors' two functions named shape_metrics, per class and with their conventions for empty masks, to compare with their
/// numbers.</summary>
/// <remarks>Source: authors' <c>calib_segment_test.py</c> (test time) and <c>segment_evaluator.py</c> (training time). Distances are in
/// voxels.</remarks>
public static class ShapeMetrics
{
    /// <summary>Test time: Dice rounded to 4 decimals, and HD95 (or another distance) with 0 for every empty mask.</summary>
    /// <remarks>
    /// Class absent from the reference: Dice 1 and distance 0, whatever was predicted. Class missed: Dice 0 and distance 0, the best
    /// possible, so that missing a structure improves the mean distance.
    /// </remarks>
    /// <param name="result">Predicted mask.</param>
    /// <param name="reference">True mask.</param>
    /// <param name="shape">Voxels along each axis.</param>
    /// <param name="distance">Which distance; null for HD95.</param>
    /// <returns>Dice and distance in voxels.</returns>
    public static (double Dice, double Distance) TestTime(
        bool[] result, bool[] reference, ReadOnlySpan<int> shape, Func<SurfaceDistances, double>? distance = null)
    {
        var overlap = Overlap.Of(result, reference);
        if (overlap.Reference == 0)
            return (1, 0);
        if (overlap.Result == 0)
            return (0, 0);
        var surfaces = SurfaceDistances.Between(result, reference, shape, Ones(shape.Length));
        return (Math.Round(overlap.Dice, 4), (distance ?? (d => d.Hd95))(surfaces));
    }

    /// <summary>Training time: what the authors log as "hd" is the one-directed average surface distance, 1 for a class absent from the
    /// reference.</summary>
    /// <param name="result">Predicted mask.</param>
    /// <param name="reference">True mask.</param>
    /// <param name="shape">Voxels along each axis.</param>
    /// <param name="bitwiseEmptinessTest">
    /// True repeats the original's test, a bitwise AND of the two voxel counts: two masks whose counts share no bit (4 and 3) count as a
    /// missed class. False is the evident intention.
    /// </param>
    /// <returns>The distance in voxels; 0 for a missed class.</returns>
    public static double TrainTime(bool[] result, bool[] reference, ReadOnlySpan<int> shape, bool bitwiseEmptinessTest)
    {
        var overlap = Overlap.Of(result, reference);
        if (bitwiseEmptinessTest ? (overlap.Result & overlap.Reference) != 0 : overlap is { Result: > 0, Reference: > 0 })
            return SurfaceDistances.Between(result, reference, shape, Ones(shape.Length)).Asd;
        return overlap.Reference > 0 ? 0 : 1;
    }

    private static double[] Ones(int axes) => [.. Enumerable.Repeat(1.0, axes)];
}
