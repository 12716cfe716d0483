namespace MarginNotebooks.Calibration;

/// <summary><c>log Σ exp</c> of a few numbers, without overflow.</summary>
internal static class LogSum
{
    /// <summary>The value.</summary>
    internal static double Of(ReadOnlySpan<double> values)
    {
        var most = Most(values);
        var sum = 0.0;
        foreach (var value in values)
            sum += Math.Exp(value - most);
        return most + Math.Log(sum);
    }

    /// <summary>Turns logits into probabilities in place.</summary>
    internal static void Softmax(Span<double> values)
    {
        var most = Most(values);
        var sum = 0.0;
        for (var k = 0; k < values.Length; k++)
            sum += values[k] = Math.Exp(values[k] - most);
        for (var k = 0; k < values.Length; k++)
            values[k] /= sum;
    }

    private static double Most(ReadOnlySpan<double> values)
    {
        var most = values[0];
        for (var k = 1; k < values.Length; k++)
            most = Math.Max(most, values[k]);
        return most;
    }
}
