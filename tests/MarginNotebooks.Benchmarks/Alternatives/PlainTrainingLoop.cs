using MarginNotebooks.Data;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Alternatives;

/// <summary>
/// A training loop as one writes it with TorchSharp: float32, row-major memory, TorchSharp's layers and Adam, the loss as its formula reads.
/// </summary>
internal sealed class PlainTrainingLoop : IDisposable
{
    private const double Margin = 5;
    private const double Lambda = 0.1;

    private readonly PlainUNet network;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor images;
    private readonly Tensor labels;

    public PlainTrainingLoop(SliceBatcher slices, int batchSize, int filters)
    {
        network = new PlainUNet(1, 4, filters);
        network.train();
        optimizer = optim.Adam(network.parameters(), lr: 1e-3);
        (images, labels) = slices.Batch([.. Enumerable.Range(0, batchSize)]);
        images.DetachFromDisposeScope();
        labels.DetachFromDisposeScope();
    }

    /// <summary>One step on a batch that is already there.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var logits = network.call(images);
        var loss = nn.functional.cross_entropy(logits, labels) + Lambda * Penalty(logits);
        loss.backward();
        optimizer.step();
        // Every loop prints its loss now and then; here it also says that the step is over.
        _ = loss.item<float>();
    }

    private static Tensor Penalty(Tensor logits) => nn.functional.relu(logits.amax([1], keepdim: true) - logits - Margin).mean();

    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
        images.Dispose();
        labels.Dispose();
    }
}
