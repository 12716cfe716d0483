using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>
/// Calibrators that map each class's probability by itself, class against the rest, and then divide by the sum so that a pixel's
/// probabilities add up to 1.
/// </summary>
/// <remarks>
/// <para>
/// A mapped probability of 0 would cost an infinite loss at the first pixel that proves it wrong: before the division probabilities are
/// raised to at least <c>1 / (n + 2)</c>, the rule of succession's answer to an event not seen among n fitted pixels. Output:
/// log-probabilities.
/// </para>
/// <para>
/// Probabilities are looked up as float32: logits of a coarse type give many that are equal but for the last digit of a double, and
/// equal ones must be treated alike.
/// </para>
/// <para>A class that does not occur in the validation data keeps its probability, and the fit says so.</para>
/// </remarks>
public abstract class OneVersusRest : PixelCalibrator
{
    private ProbabilityMap?[] maps = [];
    private double floor;

    /// <inheritdoc/>
    public override PredictionChange ChangesPrediction => PredictionChange.May;

    /// <summary>Least probability before renormalisation.</summary>
    public double Floor => floor;

    /// <summary>The map of a class; null when it keeps its probabilities.</summary>
    internal ProbabilityMap? MapOf(int k) => maps[k];

    /// <summary>Fits the map of one class.</summary>
    /// <param name="probabilities">The class's probabilities; may be reordered.</param>
    /// <param name="hits">1 where the pixel is of the class, else 0; may be reordered alike.</param>
    private protected abstract ProbabilityMap FitClass(double[] probabilities, byte[] hits);

    /// <summary>The map of stored numbers.</summary>
    private protected abstract ProbabilityMap FromKnots(double[] knots, double[] values);

    /// <inheritdoc/>
    protected sealed override void Reset(int classes) => (maps, floor) = (new ProbabilityMap?[classes], 0);

    /// <inheritdoc/>
    protected sealed override bool Fit(PixelSample pixels, List<string> notes)
    {
        floor = 1.0 / (pixels.Count + 2);
        var logits = new double[pixels.Classes];
        for (var k = 0; k < pixels.Classes; k++)
        {
            if (pixels.ClassCounts[k] == 0)
            {
                notes.Add($"Class {k} does not occur in the validation data: its probability is left as it is.");
                continue;
            }
            var (probabilities, hits) = (new double[pixels.Count], new byte[pixels.Count]);
            for (var i = 0; i < pixels.Count; i++)
            {
                pixels.Read(i, logits);
                LogSum.Softmax(logits);
                (probabilities[i], hits[i]) = ((float)logits[k], (byte)(pixels.Labels[i] == k ? 1 : 0));
            }
            maps[k] = FitClass(probabilities, hits);
        }
        return true;
    }

    /// <inheritdoc/>
    protected sealed override void Calibrate(Span<double> logits)
    {
        if (floor == 0)
            return;
        LogSum.Softmax(logits);
        var sum = 0.0;
        for (var k = 0; k < logits.Length; k++)
        {
            logits[k] = Math.Max(floor, maps[k]?.At((float)logits[k]) ?? logits[k]);
            sum += logits[k];
        }
        for (var k = 0; k < logits.Length; k++)
            logits[k] = Math.Log(logits[k] / sum);
    }

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor> { ["floor"] = tensor(new[] { floor }) };
        for (var k = 0; k < maps.Length; k++)
            if (maps[k] is { } map)
                (state[$"knots.{k}"], state[$"values.{k}"]) = (tensor(map.Knots), tensor(map.Values));
        return state;
    }

    /// <inheritdoc/>
    protected internal sealed override void Restore(StoredState state, int classes)
    {
        Reset(classes);
        floor = state.Doubles("floor", 1)[0];
        if (floor is < 0 or > 0.5)
            throw new InvalidDataException($"its least probability is {floor}, not from 0 to 0.5");
        for (var k = 0; k < classes; k++)
        {
            if (!state.Has($"knots.{k}"))
                continue;
            var knots = state.Doubles($"knots.{k}");
            if (knots.Length == 0 || knots.Zip(knots.Skip(1)).Any(pair => pair.First >= pair.Second))
                throw new InvalidDataException($"the tensor 'knots.{k}' does not ascend");
            maps[k] = FromKnots(knots, state.Doubles($"values.{k}", knots.Length));
        }
    }
}

/// <summary>A function of one probability, given by numbers at ascending knots.</summary>
/// <param name="Knots">Probabilities, ascending.</param>
/// <param name="Values">What they become.</param>
internal abstract record ProbabilityMap(double[] Knots, double[] Values)
{
    /// <summary>The mapped probability.</summary>
    internal abstract double At(double probability);
}
