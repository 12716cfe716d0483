using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>One temperature for each class: each logit is divided by the temperature of its own class.</summary>
/// <remarks>
/// <para>
/// <c>softmax(l_1 / T_1, …, l_C / T_C)</c>, T &gt; 0: vector scaling without offsets. The name is used for this and for a temperature
/// chosen by the <em>predicted</em> class, which never changes the prediction: <see cref="PredictedClassTemperatures"/>.
/// </para>
/// <para>
/// Source: Frenkel and Goldberger, "Network Calibration by Class-based Temperature Scaling", EUSIPCO 2021. Deviation: they choose the
/// temperatures greedily from a grid by calibration error; here the likelihood, convex in 1/T, is minimised exactly.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Calibrator, "class-temperature", "Temperature for each class",
    Formula = "softmax(l_k / T_k), T = argmin mean -log p_y, T > 0",
    Source = "Frenkel and Goldberger, EUSIPCO 2021", Test = "ClassTemperaturesTests",
    Note = "May change the predicted class. Fitted by likelihood, not by their greedy search over calibration error.")]
public sealed class ClassTemperatures : AffineCalibrator
{
    /// <summary>T of each class; empty before the fit.</summary>
    public IReadOnlyList<double> Temperatures => [.. Enumerable.Range(0, Offsets.Count).Select(k => 1 / Weights[k * Offsets.Count + k])];

    private protected override bool HasOffsets => false;

    private protected override bool PositiveDiagonal => true;
}
