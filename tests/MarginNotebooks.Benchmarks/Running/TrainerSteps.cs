using System.Diagnostics;
using MarginNotebooks.Data;
using MarginNotebooks.Losses;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Times the steps of the kit's own trainer from within: a step lasts from one request for a batch to the next.</summary>
/// <remarks>Nothing of the trainer is rebuilt here, so what is timed is what users get. Other things can be timed between two steps.</remarks>
internal sealed class TrainerSteps : ITrainingSource, IDisposable
{
    private readonly SliceBatcher slices;
    private readonly int warmUps;
    private readonly Action<int>? between;
    private readonly int steps;
    private readonly int batchSize;
    private readonly List<double> milliseconds = [];
    private readonly List<double> dataMilliseconds = [];
    private readonly TemporaryFolder folder = new();
    private int asked;
    private long since;

    /// <summary>Prepares phantom slices for a number of steps.</summary>
    /// <param name="batchSize">Slices in a batch.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="rounds">Steps that count.</param>
    /// <param name="warmUps">Steps before, that do not.</param>
    /// <param name="between">Called between steps with the number of the round, negative while warming up; its time does not count.</param>
    public TrainerSteps(int batchSize, int size, int rounds, int warmUps, Action<int>? between = null)
    {
        (this.batchSize, this.warmUps, this.between) = (batchSize, warmUps, between);
        steps = warmUps + rounds;
        slices = Phantoms.Slices(batchSize, size);
    }

    /// <summary>Duration of each step that counts.</summary>
    public IReadOnlyList<double> Milliseconds => milliseconds;

    /// <summary>Of each step that counts, the part in which the batch was made.</summary>
    public IReadOnlyList<double> DataMilliseconds => dataMilliseconds;

    /// <summary>Trains.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">Precision, layout, device; the number of epochs and the batch size are set here.</param>
    public void Run(nn.Module<Tensor, Tensor> network, SegmentationLoss loss, TrainingOptions options)
    {
        var wanted = options with { Epochs = 1, BatchSize = batchSize, EvaluationBatchSize = 1, CheckpointEverySeconds = null };
        new Trainer(network, loss, this, new OneSlice(slices), wanted).Run(folder.Path, resume: false);
    }

    /// <inheritdoc/>
    public int Count => (steps + 1) * batchSize;

    /// <inheritdoc/>
    public int[] EpochOrder(int seed, int epoch) => [.. Enumerable.Range(0, Count)];

    /// <inheritdoc/>
    public (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device device)
    {
        // Before the first step, Precision.Auto tries a single image: that is no step.
        if (indices.Length != batchSize)
            return slices.Batch(indices, device);
        if (asked > warmUps)
            milliseconds.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        if (asked < steps)
            between?.Invoke(asked - warmUps);
        asked++;
        var chosen = new int[indices.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = indices[i] % slices.Count;
        since = Stopwatch.GetTimestamp();
        var batch = slices.Batch(chosen, device);
        if (asked > warmUps && asked <= steps)
            dataMilliseconds.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private sealed class OneSlice(SliceBatcher slices) : ITrainingSource
    {
        public int Count => 1;

        public int[] EpochOrder(int seed, int epoch) => [0];

        public (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device device) => slices.Batch(indices, device);
    }
}
