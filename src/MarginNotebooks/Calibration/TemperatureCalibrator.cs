using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>Temperature scaling as a calibrator: logits divided by the one number with the least validation loss.</summary>
/// <remarks>
/// Formula, source and the searches themselves: <see cref="TemperatureScaling"/>. Every pixel counts the same. Output: the scaled
/// logits, shifted so that the greatest is 0; the shift leaves the softmax as it is and keeps rounding from making two logits equal, so
/// that the predicted class never changes, not even by rounding.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "temperature", "Temperature scaling",
    Formula = "l / T, T = argmin mean -log softmax(l / T)_y",
    Source = "Guo et al., ICML 2017, arXiv 1706.04599", Test = "TemperatureCalibratorTests",
    Note = "Never changes the predicted class. Convex search over 1/T, which cannot diverge; T is looked for from 0.001 to 10000.")]
public class TemperatureCalibrator : PixelCalibrator
{
    /// <summary>T; 1 before the fit.</summary>
    public double Temperature { get; private set; } = 1;

    /// <inheritdoc/>
    public override PredictionChange ChangesPrediction => PredictionChange.Never;

    /// <summary>Divides one pixel's logits by a temperature, shifted so that the greatest is 0.</summary>
    internal static void Scale(Span<double> logits, double temperature)
    {
        var most = logits[0];
        foreach (var value in logits)
            most = Math.Max(most, value);
        for (var k = 0; k < logits.Length; k++)
            logits[k] = (logits[k] - most) / temperature;
    }

    /// <summary>Finds the temperature.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <returns>Temperature, its loss, and whether it lies at the edge.</returns>
    private protected virtual TemperatureFit Search(PixelSample pixels) => TemperatureSolver.Solve(pixels);

    /// <inheritdoc/>
    protected override void Reset(int classes) => Temperature = 1;

    /// <inheritdoc/>
    protected override bool Fit(PixelSample pixels, List<string> notes)
    {
        var fit = Search(pixels);
        Temperature = fit.Temperature;
        if (fit.AtEdge)
            notes.Add(FormattableString.Invariant(
                $"The temperature {fit.Temperature:0.####} is the end of what was searched: the optimum lies beyond, do not trust it."));
        return true;
    }

    /// <inheritdoc/>
    protected override void Calibrate(Span<double> logits) => Scale(logits, Temperature);

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> State() =>
        new Dictionary<string, Tensor> { ["temperature"] = tensor(new[] { Temperature }) };

    /// <inheritdoc/>
    protected internal override void Restore(StoredState state, int classes) => Temperature = StoredTemperatures.Positive(state, "temperature", 1)[0];
}
