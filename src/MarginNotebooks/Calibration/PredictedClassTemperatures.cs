using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>One temperature for each predicted class: a pixel's logits are divided by the temperature of its most probable class.</summary>
/// <remarks>
/// <para>
/// <c>softmax(l / T_ĉ)</c>, <c>ĉ = argmax_k l_k</c>. The likelihood falls apart into one temperature scaling a predicted class, each
/// convex in 1/T; see <see cref="TemperatureSolver"/>. "Class-wise temperature" means two things in the literature: this, which keeps
/// the predicted class, and a temperature a logit, which does not: <see cref="ClassTemperatures"/>.
/// </para>
/// <para>
/// A class that is predicted at fewer than <see cref="FewestPixels"/> pixels, or whose optimum lies at the edge (always right, say),
/// takes the temperature of all pixels, and the fit says so.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Calibrator, "predicted-class-temperature", "Temperature for each predicted class",
    Formula = "l / T_c, c = argmax l; T_c = argmin over pixels predicted as c of mean -log softmax(l / T_c)_y",
    Source = "temperature scaling (Guo et al., ICML 2017, arXiv 1706.04599) of each predicted class; this kit",
    Test = "PredictedClassTemperaturesTests",
    Note = "Never changes the predicted class. A class with too few predicted pixels takes the temperature of all.")]
public sealed class PredictedClassTemperatures : PixelCalibrator
{
    private double[] temperatures = [];

    /// <summary>Pixels that a class must be predicted at to get a temperature of its own; the number is this kit's choice.</summary>
    public int FewestPixels { get; init; } = 100;

    /// <summary>T of each class; empty before the fit.</summary>
    public IReadOnlyList<double> Temperatures => temperatures;

    /// <inheritdoc/>
    public override PredictionChange ChangesPrediction => PredictionChange.Never;

    /// <inheritdoc/>
    protected override void Reset(int classes) => temperatures = [.. Enumerable.Repeat(1.0, classes)];

    /// <inheritdoc/>
    protected override bool Fit(PixelSample pixels, List<string> notes)
    {
        var predicted = new byte[pixels.Count];
        var counts = new int[pixels.Classes];
        Span<double> logits = stackalloc double[pixels.Classes];
        for (var i = 0; i < predicted.Length; i++)
        {
            pixels.Read(i, logits);
            counts[predicted[i] = (byte)Winner(logits)]++;
        }
        var all = TemperatureSolver.Solve(pixels);
        if (all.AtEdge)
            notes.Add("The temperature of all pixels is the end of what was searched: do not trust it.");
        for (var k = 0; k < pixels.Classes; k++)
        {
            var few = counts[k] < FewestPixels;
            var own = few ? all : TemperatureSolver.Solve(pixels, i => predicted[i] == k);
            if (few || own.AtEdge)
                notes.Add($"Class {k} is predicted at {counts[k]} pixels"
                    + (few ? "" : ", whose optimum lies at the edge,") + " and takes the temperature of all pixels.");
            temperatures[k] = own.AtEdge ? all.Temperature : own.Temperature;
        }
        return true;
    }

    /// <inheritdoc/>
    protected override void Calibrate(Span<double> logits) => TemperatureCalibrator.Scale(logits, temperatures[Winner(logits)]);

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> State() =>
        new Dictionary<string, Tensor> { ["temperatures"] = tensor(temperatures) };

    /// <inheritdoc/>
    protected internal override void Restore(StoredState state, int classes) =>
        temperatures = StoredTemperatures.Positive(state, "temperatures", classes);

    // The first of equals, as argmax.
    private static int Winner(ReadOnlySpan<double> logits)
    {
        var best = 0;
        for (var k = 1; k < logits.Length; k++)
            if (logits[k] > logits[best])
                best = k;
        return best;
    }
}
