using System.Security.Cryptography;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Training;

/// <summary>
/// The small run that the resume tests repeat: 3 epochs of 7 steps, with a partial last batch, clipping and a stateful loss.
/// </summary>
internal static class TrainingRun
{
    public const int Epochs = 3;
    public const int Steps = 7;

    public static TrainingOptions Options { get; } = new()
    {
        Epochs = Epochs,
        BatchSize = 4,
        LearningRate = 5e-3,
        StepSize = 2,
        GradientClipNorm = 0.5,
        CheckpointEverySteps = 3,
        Seed = 3,
    };

    public static TrainingResult Run(
        string folder, Action<int[]>? onBatch = null, CancellationToken cancellation = default, IProgress<TrainingProgress>? progress = null,
        TrainingOptions? options = null, string loss = "test loss", int filters = 2, string? method = null, string backbone = BackboneCatalog.Default)
    {
        using var network = BackboneCatalog.Create(backbone, new BackboneSettings(1, 3, filters, 32, 32, Seed: 2));
        var trainer = new Trainer(
            network, method is null ? new ScheduledLoss(loss) : MethodCatalog.Get(method).CreateLoss(), new DiscSource(26, seed: 1) { OnBatch = onBatch }, new DiscSource(9, seed: 2), options ?? Options);
        return trainer.Run(folder, "test", progress, cancellation: cancellation);
    }

    /// <summary>Everything a run leaves that must be equal, bit for bit, however often it was interrupted.</summary>
    public static string Fingerprint(string folder)
    {
        var (state, file) = Checkpoint.Read(Path.Combine(folder, "last.ckpt"));
        using (file)
        {
            // The generator's state is left out: other tests draw from the same global generator meanwhile. SoleTests compares it.
            var tensors = file.Tensors.Where(pair => pair.Key != "rng").OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}={Hash(pair.Value)}");
            var log = EpochLog.Read(Path.Combine(folder, "epochs.jsonl"))
                .Select(r => $"{r.Epoch} {r.LearningRate:R} {r.TrainLoss:R} {string.Join(' ', r.TrainTerms.Select(term => $"{term.Key}={term.Value:R}"))} {r.ValidationLoss:R} {r.ValidationMeanIoU:R} {Scores(r.Validation!)}");
            using var best = SafeTensors.Read(Path.Combine(folder, "best.safetensors"));
            var weights = best.Tensors.Select(pair => $"{pair.Key}={Hash(pair.Value)}");
            var place = $"{state.Epoch} {state.Step} {state.OptimizerSteps} {state.BestEpoch} {state.BestMeanIoU:R} {string.Join(' ', state.LossState.Select(pair => $"{pair.Key}={pair.Value:R}"))}";
            return string.Join('\n', [place, .. log, .. tensors, "best", best.Metadata["epoch"], .. weights]);
        }
    }

    private static string Scores(ValidationScores scores) => $"{scores.Dice:R} {scores.Ece:R} {scores.Nll:R} {scores.LogitDistance:R}";

    private static string Hash(TorchSharp.torch.Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.bytes));
}
