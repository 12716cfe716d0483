using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>Temperature scaling with the authors' grid: the best of 0.1, 0.2, … 10.</summary>
/// <remarks>
/// For comparison with their numbers; <see cref="TemperatureCalibrator"/> is exact and no dearer. Deviation: every pixel counts the
/// same, where their search averages the means of its batches, so that a small last batch weighs too much;
/// <see cref="TemperatureScaling.Search(IReadOnlyList{ValueTuple{TorchSharp.torch.Tensor, TorchSharp.torch.Tensor}}, IReadOnlyList{double}?, BatchWeighting, long?)"/>
/// does it their way.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "temperature-grid", "Temperature scaling (the authors' grid)",
    Formula = "l / T, T = first minimum of mean -log softmax(l / T)_y over 0.1, 0.2, … 10",
    Source = "Murugesan et al., MedIA 87 (2023) 102826, arXiv 2209.09641 (their code)", Test = "TemperatureCalibratorTests",
    Note = "Never changes the predicted class. Says when its answer is an end of the grid.")]
public sealed class TemperatureGridCalibrator : TemperatureCalibrator
{
    /// <summary>Temperatures to try.</summary>
    public IReadOnlyList<double> Grid { get; init; } = TemperatureScaling.AuthorsGrid;

    private protected override TemperatureFit Search(PixelSample pixels) => TemperatureScaling.Search(Grid, temperature =>
        pixels.Loss(logits => Scale(logits, temperature)));
}
