using System.Globalization;
using MarginNotebooks.Calibration;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>A <see cref="CalibrationStudy"/> with a finished run's network; the scores that calibration is about are kept, in five significant
/// digits.</summary>
/// <param name="calibrators">Keys of the calibrators, see <see cref="CalibratorCatalog"/>.</param>
public sealed class CalibrationComputation(IReadOnlyList<string> calibrators) : DerivedComputation
{
    /// <summary>The kind.</summary>
    public const string KindKey = "posthoc";

    /// <summary>The scores that are kept.</summary>
    public static IReadOnlyList<string> Scores { get; } = ["dsc", "hd95", "ece", "cece", "nll", "brier", "ece/all", "nll/all"];

    /// <inheritdoc/>
    public override string Kind => KindKey;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Options { get; } = [.. calibrators];

    /// <inheritdoc/>
    public override DerivedComputation Including(IReadOnlyList<string> stored) =>
        new CalibrationComputation([.. Options, .. stored.Except(Options).Where(CalibratorCatalog.Keys.Contains)]);

    /// <inheritdoc/>
    public override (string Scores, IReadOnlyList<string> Notes) Compute(
        nn.Module<Tensor, Tensor> network, StudyData data, Device device, IProgress<string>? progress, CancellationToken cancellation)
    {
        var made = Options.Select(CalibratorCatalog.Create).ToArray();
        try
        {
            var results = CalibrationStudy.Run(network, data, made, device, progress, cancellation);
            return (results.Reduced(Scores).ToCsv(), [.. made.Select(Describe)]);
        }
        finally
        {
            foreach (var calibrator in made)
                calibrator.Dispose();
        }
    }

    private static string Describe(Calibrator calibrator)
    {
        var fit = calibrator.LastFit!;
        return string.Create(CultureInfo.InvariantCulture,
            $"{calibrator.Key}: {calibrator.Name}; fitted to {fit.PixelsUsed} of {fit.PixelsSeen} validation pixels, loss {fit.LossBefore:0.00000} → {fit.LossAfter:0.00000}; ")
            + $"{(calibrator.ChangesPrediction == PredictionChange.Never ? "never changes" : "may change")} the predicted class"
            + (fit.Converged ? "" : "; the optimiser stopped before it had converged")
            + string.Concat(fit.Notes.Select(note => $"; {note}"));
    }
}
