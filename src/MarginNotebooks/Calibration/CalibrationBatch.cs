using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>Validation pixels that a calibrator is fitted on.</summary>
/// <param name="Logits">Network output <c>(B, C, *S)</c>, floating.</param>
/// <param name="Labels">True classes <c>(B, *S)</c>, int64.</param>
/// <param name="Image">What the network saw, <c>(B, channels, *S)</c>; null when the calibrator shall do without.</param>
/// <remarks>The tensors belong to whoever made them; a calibrator reads them until it asks for the next batch.</remarks>
public readonly record struct CalibrationBatch(Tensor Logits, Tensor Labels, Tensor? Image = null);
