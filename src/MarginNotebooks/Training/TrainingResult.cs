using System.Globalization;
using System.Net;
using MarginNotebooks.Display;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>What a finished run leaves.</summary>
/// <param name="Log">All epochs, also those of earlier sessions of a resumed run.</param>
/// <param name="BestEpoch">Zero-based epoch of the best validation score; the first of equals.</param>
/// <param name="BestMeanIoU">That score: foreground mean IoU over all validation slices.</param>
/// <param name="BestWeightsPath">Weights of that epoch, a safetensors file.</param>
/// <param name="Duration">Time spent on all epochs, over all sessions.</param>
/// <param name="Resumed">Whether the run went on from a checkpoint.</param>
/// <param name="Warnings">What the user should know, for example that a damaged checkpoint was passed over.</param>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed record TrainingResult(
    IReadOnlyList<EpochRecord> Log,
    int BestEpoch,
    double BestMeanIoU,
    string BestWeightsPath,
    TimeSpan Duration,
    bool Resumed,
    IReadOnlyList<string> Warnings) : IRichOutput
{
    /// <summary>Puts the best epoch's weights into a network; after training it holds the last epoch's.</summary>
    /// <param name="model">A network of the same shape.</param>
    public void LoadBest(nn.Module model) => ModelWeights.Load(model, BestWeightsPath);

    /// <summary>The run in one table, and what the user should know below it.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Summary().ToHtml() + string.Concat(Warnings.Select(warning => $"<p>⚠ {WebUtility.HtmlEncode(warning)}</p>"));

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => [new("text/html", ToHtml()), new("text/plain", ToString())];

    /// <summary>The run in one table, and what the user should know below it.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() => string.Join('\n', [Summary().ToString(), .. Warnings]);

    private Table Summary() => Table.FromRows(
        ["Epochs", "Best epoch", "Best mean IoU", "Last training loss", "Duration", "Resumed", "Best weights"],
        [[
            Log.Count, BestEpoch + 1, BestMeanIoU, Log.Count > 0 ? Log[^1].TrainLoss : null,
            Duration.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture), Resumed ? "yes" : "no", BestWeightsPath,
        ]]).Decimals(3, "Best mean IoU");
}
