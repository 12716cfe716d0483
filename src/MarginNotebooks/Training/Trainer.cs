using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>
/// Trains a segmentation network by the paper's protocol: Adam, step schedule, no augmentation; the kept weights are those of the epoch
/// with the best foreground mean IoU on the validation slices.
/// </summary>
/// <remarks>
/// A run lives in a folder: <c>last.ckpt</c> and <c>previous.ckpt</c> (everything needed to go on), <c>best.safetensors</c> (weights of
/// the best epoch), <c>epochs.jsonl</c> (one record a line). Started again with the same folder and settings, a run that was cancelled or
/// killed at any moment goes on; on the CPU with the same number of threads, its weights are then bit for bit those of an undisturbed
/// run.
/// <para>Not thread-safe; tensors are made on the calling thread.</para>
/// </remarks>
/// <example><code>
/// using var network = new UNet(inputChannels: 1, classes: 4, filtersBase: 8);
/// var trainer = new Trainer(network, loss, trainSlices, validationSlices, new TrainingOptions { Epochs = 12, BatchSize = 16 });
/// var result = trainer.Run("runs/ce-1", "CE", TrainingProgressReporter.Auto());
/// result.LoadBest(network);
/// </code></example>
public sealed class Trainer
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly SegmentationLoss loss;
    private readonly ITrainingSource training;
    private readonly ITrainingSource validation;
    private readonly TrainingOptions options;

    /// <summary>Puts a run together; nothing is computed yet.</summary>
    /// <param name="model">The network; trained in place.</param>
    /// <param name="loss">The objective; its schedule state is advanced in place.</param>
    /// <param name="training">Slices to train on.</param>
    /// <param name="validation">Slices that choose the best epoch.</param>
    /// <param name="options">How to train.</param>
    public Trainer(
        nn.Module<Tensor, Tensor> model, SegmentationLoss loss, ITrainingSource training, ITrainingSource validation,
        TrainingOptions options)
    {
        if (training.Count < 1) throw new ArgumentException("There are no training slices.", nameof(training));
        if (validation.Count < 1) throw new ArgumentException("There are no validation slices.", nameof(validation));
        (this.model, this.loss, this.training, this.validation) = (model, loss, training, validation);
        this.options = options.Validated();
    }

    /// <summary>Trains, or goes on with a run that was interrupted, or returns at once when it is already finished.</summary>
    /// <param name="directory">Folder of the run; created when missing.</param>
    /// <param name="name">Name for progress reports; the loss's name when null.</param>
    /// <param name="progress">Told about progress, on the calling thread, at most twice a second and at the end of each epoch.</param>
    /// <param name="resume">Whether to go on from a checkpoint in the folder; false forgets an earlier run there.</param>
    /// <param name="cancellation">Stops the run after the current batch; a checkpoint is written first.</param>
    /// <returns>Log, best epoch and where its weights are. The network holds the last epoch's weights.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the next call goes on with it.</exception>
    /// <exception cref="NonFiniteLossException">The loss or the weights became infinite or NaN.</exception>
    /// <exception cref="CheckpointException">The folder's run has other settings, is damaged, or belongs to another process.</exception>
    public TrainingResult Run(
        string directory, string? name = null, IProgress<TrainingProgress>? progress = null, bool resume = true,
        CancellationToken cancellation = default)
    {
        DeviceSettings.Apply(options.Device);
        using var folder = new RunFolder(directory);
        if (!resume) folder.Clear();
        var mode = model.training;
        var reports = new ProgressThrottle(name ?? loss.Name, progress);
        var sources = Residence.Of([training, validation], options, out var owned);
        try
        {
            using var session = new TrainingSession(model, loss, sources[0], sources[1], options, folder, reports);
            return session.Run(cancellation);
        }
        finally
        {
            model.train(mode);
            foreach (var item in owned) item.Dispose();
        }
    }
}
