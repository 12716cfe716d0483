using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>Calibrators of the form <c>softmax(W x + b)</c>, fitted by maximum likelihood with a penalty.</summary>
/// <remarks>
/// <para>
/// The fit starts from temperature scaling, <c>W = I / T</c>, and every step lowers <c>mean −log softmax(W x + b)_y + penalty</c>;
/// since the penalty is 0 at the start, the likelihood never ends up worse than that of temperature scaling, nor than that of the
/// logits as they came. It stops when no component of the gradient exceeds <see cref="Tolerance"/>. The functions are convex: the
/// result is the global minimum.
/// </para>
/// <para>
/// b is determined up to a constant; its mean over the classes that occur is held at 0. A class that does not occur in the validation
/// data would get an offset of −∞: it keeps the row of temperature scaling, <c>1/T</c> on the diagonal and b = 0, and the fit says so.
/// So that the other classes cannot outbid it together, the mean of each column of W over their rows is then held as well.
/// </para>
/// </remarks>
public abstract class AffineCalibrator : PixelCalibrator
{
    private AffineMap map = AffineMap.Scaled(0, 1, false);

    /// <summary>Largest component of the gradient at which the fit ends.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Most steps of the optimiser.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>W, row-major <c>(C, C)</c>.</summary>
    public IReadOnlyList<double> Weights => map.Weights;

    /// <summary>b, <c>(C)</c>.</summary>
    public IReadOnlyList<double> Offsets => map.Offsets;

    /// <inheritdoc/>
    public override PredictionChange ChangesPrediction => PredictionChange.May;

    /// <summary>Whether x are log-probabilities, else logits.</summary>
    private protected virtual bool OfLogProbabilities => false;

    /// <summary>Whether entries of W off the diagonal are fitted.</summary>
    private protected virtual bool OffDiagonal => false;

    /// <summary>Whether b is fitted.</summary>
    private protected virtual bool HasOffsets => true;

    /// <summary>Whether the diagonal must stay positive: it is then fitted by its logarithm.</summary>
    private protected virtual bool PositiveDiagonal => false;

    /// <summary>Factor of <c>mean of w_ij², i ≠ j</c>.</summary>
    private protected virtual double WeightPenalty => 0;

    /// <summary>Factor of <c>mean of b_k²</c>.</summary>
    private protected virtual double OffsetPenalty => 0;

    /// <inheritdoc/>
    protected sealed override void Reset(int classes) => map = AffineMap.Scaled(classes, 1, OfLogProbabilities);

    /// <inheritdoc/>
    protected sealed override bool Fit(PixelSample pixels, List<string> notes)
    {
        var temperature = TemperatureSolver.Solve(pixels);
        if (temperature.AtEdge)
            notes.Add("Temperature scaling, from which the fit starts, has its optimum at the edge: the data may be separable, do not trust the result.");
        var start = AffineMap.Scaled(pixels.Classes, temperature.Temperature, OfLogProbabilities);
        var present = Enumerable.Range(0, pixels.Classes).Where(k => pixels.ClassCounts[k] > 0).ToArray();
        foreach (var absent in Enumerable.Range(0, pixels.Classes).Except(present))
            notes.Add($"Class {absent} does not occur in the validation data: its logit is treated as by temperature scaling.");

        var parameters = new Parameters(this, start, present);
        var minimum = BfgsMinimizer.Minimize(
            (point, gradient) => parameters.Value(pixels, point, gradient), parameters.Start(), Tolerance, MaxIterations);
        map = parameters.MapOf(minimum.Point);
        return minimum.Converged;
    }

    /// <inheritdoc/>
    protected sealed override void Calibrate(Span<double> logits)
    {
        Span<double> x = stackalloc double[logits.Length];
        logits.CopyTo(x);
        map.Prepare(x);
        map.Apply(x, logits);
    }

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>
    {
        ["weights"] = tensor(map.Weights, [map.Offsets.Length, map.Offsets.Length]),
        ["offsets"] = tensor(map.Offsets),
    };

    /// <inheritdoc/>
    protected internal sealed override void Restore(StoredState state, int classes) =>
        map = new AffineMap(state.Doubles("weights", (long)classes * classes), state.Doubles("offsets", classes), OfLogProbabilities);

    /// <summary>The free numbers of W and b as one vector: entries of W row by row, then those of b.</summary>
    private sealed class Parameters
    {
        private readonly AffineCalibrator form;
        private readonly AffineMap start;
        private readonly int[] present;
        private readonly (int Row, int Column)[] entries;

        internal Parameters(AffineCalibrator form, AffineMap start, int[] present)
        {
            (this.form, this.start, this.present) = (form, start, present);
            var classes = start.Offsets.Length;
            entries = [.. present.SelectMany(row => form.OffDiagonal ? Enumerable.Range(0, classes).Select(column => (row, column)) : [(row, row)])];
        }

        private int Classes => start.Offsets.Length;

        private bool HoldsColumns => form.OffDiagonal && present.Length < Classes;

        internal double[] Start()
        {
            var point = new double[entries.Length + (form.HasOffsets ? present.Length : 0)];
            for (var i = 0; i < entries.Length; i++)
            {
                var value = start.Weights[entries[i].Row * Classes + entries[i].Column];
                point[i] = form.PositiveDiagonal ? Math.Log(value) : value;
            }
            return point;
        }

        internal AffineMap MapOf(double[] point)
        {
            var weights = (double[])start.Weights.Clone();
            for (var i = 0; i < entries.Length; i++)
                weights[entries[i].Row * Classes + entries[i].Column] = form.PositiveDiagonal ? Math.Exp(point[i]) : point[i];
            var offsets = new double[Classes];
            if (form.HasOffsets)
            {
                var mean = point.AsSpan(entries.Length).ToArray().Average();
                for (var i = 0; i < present.Length; i++)
                    offsets[present[i]] = point[entries.Length + i] - mean;
            }
            if (HoldsColumns)
                for (var column = 0; column < Classes; column++)
                {
                    var excess = present.Average(row => weights[row * Classes + column] - start.Weights[row * Classes + column]);
                    foreach (var row in present)
                        weights[row * Classes + column] -= excess;
                }
            return new AffineMap(weights, offsets, start.OfLogProbabilities);
        }

        internal double Value(PixelSample pixels, double[] point, double[] gradient)
        {
            var at = MapOf(point);
            var sums = at.Loss(pixels);
            var value = sums[0];
            var (others, offsets) = ((double)Classes * (Classes - 1), (double)Classes);
            for (var i = 0; i < entries.Length; i++)
            {
                var (row, column) = entries[i];
                var weight = at.Weights[row * Classes + column];
                gradient[i] = sums[1 + row * Classes + column];
                if (row != column)
                {
                    value += form.WeightPenalty / others * weight * weight;
                    gradient[i] += 2 * form.WeightPenalty / others * weight;
                }
                if (form.PositiveDiagonal)
                    gradient[i] *= weight;
            }
            // What a common change of all free rows would do is not allowed, and so not followed.
            if (HoldsColumns)
                for (var column = 0; column < Classes; column++)
                {
                    var together = Enumerable.Range(0, present.Length).Average(i => gradient[i * Classes + column]);
                    for (var i = 0; i < present.Length; i++)
                        gradient[i * Classes + column] -= together;
                }
            if (!form.HasOffsets)
                return value;
            for (var i = 0; i < present.Length; i++)
            {
                var offset = at.Offsets[present[i]];
                value += form.OffsetPenalty / offsets * offset * offset;
                gradient[entries.Length + i] = sums[1 + Classes * Classes + present[i]] + 2 * form.OffsetPenalty / offsets * offset;
            }
            // The mean of b is held at 0, so a common change of all offsets changes nothing.
            var common = gradient.AsSpan(entries.Length).ToArray().Average();
            for (var i = entries.Length; i < gradient.Length; i++)
                gradient[i] -= common;
            return value;
        }
    }
}
