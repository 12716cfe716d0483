namespace MarginNotebooks.Display;

/// <summary>What a network says about one slice.</summary>
/// <param name="Name">Name of the method.</param>
/// <param name="Labels">Predicted class of each pixel, row-major <c>(H, W)</c>.</param>
/// <param name="Confidence">Probability of the predicted class, row-major <c>(H, W)</c>, in [0, 1].</param>
public sealed record SlicePrediction(string Name, byte[] Labels, float[] Confidence);
