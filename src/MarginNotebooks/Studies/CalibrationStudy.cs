using MarginNotebooks.Calibration;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Calibrates a trained network: fits on the validation slices of its data, scores the test volumes before and after, under
/// every protocol.</summary>
/// <example><code>
/// using var network = Experiment.LoadNetwork(configuration, data, options);
/// using var temperature = CalibratorCatalog.Create("temperature");
/// var result = CalibrationStudy.Run(network, data, [temperature], torch.CPU);
/// result.Summary().Display();
/// </code></example>
public static class CalibrationStudy
{
    /// <summary>Key of the rows of the network as it was trained.</summary>
    public const string Uncalibrated = "none";

    /// <summary>Fits and scores.</summary>
    /// <param name="network">A trained network; an <see cref="Ensemble"/> or <see cref="MonteCarloDropout"/> will do as well.</param>
    /// <param name="data">The data it was trained on.</param>
    /// <param name="calibrators">Calibrators with different keys; afterwards they are fitted.</param>
    /// <param name="device">Where the network computes.</param>
    /// <param name="progress">Told what is done now.</param>
    /// <param name="cancellation">Stops between batches and volumes.</param>
    /// <returns>The scores, those of the network itself first.</returns>
    /// <exception cref="ArgumentException">Two calibrators have the same key.</exception>
    public static CalibrationResults Run(
        nn.Module<Tensor, Tensor> network, StudyData data, IReadOnlyList<Calibrator> calibrators, Device device,
        IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        if (calibrators.GroupBy(calibrator => calibrator.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The calibrator '{twice.Key}' occurs {twice.Count()} times; every key may occur once.", nameof(calibrators));
        Fit(network, data, calibrators, device, progress, cancellation);
        progress?.Report($"Scoring {data.Test.Count} test volumes as they are");
        var results = new CalibrationResults(Score(Uncalibrated, network, data, device, cancellation));
        foreach (var calibrator in calibrators)
        {
            progress?.Report($"Scoring them with '{calibrator.Key}'");
            using var calibrated = new CalibratedNetwork(network, calibrator);
            results = new CalibrationResults([.. results.Rows, .. Score(calibrator.Key, calibrated, data, device, cancellation)]);
        }
        return results;
    }

    /// <summary>Scores a network on the test volumes, for a table beside calibrators.</summary>
    /// <param name="key">Key of its rows, for example <c>ensemble</c>.</param>
    /// <param name="network">The network.</param>
    /// <param name="data">The data.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellation">Stops between volumes.</param>
    /// <returns>A row for each volume and protocol.</returns>
    public static IReadOnlyList<CalibrationRow> Score(
        string key, nn.Module<Tensor, Tensor> network, StudyData data, Device device, CancellationToken cancellation = default) =>
        [.. Evaluation.Run(network, data, device, cancellation).Cases.Select(row => new CalibrationRow(key, row))];

    private static void Fit(
        nn.Module<Tensor, Tensor> network, StudyData data, IReadOnlyList<Calibrator> calibrators, Device device, IProgress<string>? progress,
        CancellationToken cancellation)
    {
        if (calibrators.Count == 0)
            return;
        using var batches = new ValidationLogits(network, data.Validation, device);
        // One pass over the network for all that look at single pixels, unless they want another sample.
        PixelSample? shared = null;
        foreach (var calibrator in calibrators)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report($"Fitting '{calibrator.Key}' to {data.Validation.Count} validation slices");
            if (calibrator is PixelCalibrator { Capacity: PixelSample.DefaultCapacity, Seed: 1, IgnoreIndex: ValidationLogits.Ignored } pixelwise)
                pixelwise.Fit(shared ??= PixelSample.Collect(batches, ValidationLogits.Ignored, cancellation: cancellation));
            else
                calibrator.Fit(batches, cancellation);
        }
    }
}
