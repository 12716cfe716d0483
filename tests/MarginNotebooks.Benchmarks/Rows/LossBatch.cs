using MarginNotebooks.Benchmarks.Alternatives;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Losses;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>A batch as the losses meet it in training, and one forward and backward pass through a loss.</summary>
internal sealed class LossBatch : IDisposable
{
    private readonly Tensor logits;
    private readonly Tensor labels;
    private readonly Tensor image;

    /// <summary>Logits with channels-last strides, as the network's last convolution leaves them; four classes in blobs.</summary>
    public LossBatch(int batch, int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        logits = (randn([batch, 4, size, size], generator: generator) * 3).ToLayout(MemoryLayout.ChannelsLast).DetachFromDisposeScope();
        image = rand([batch, 1, size, size], generator: generator).DetachFromDisposeScope();
        var coarse = randint(0, 4, [batch, 1, size / 8, size / 8], dtype: ScalarType.Float32, generator: generator);
        labels = nn.functional.interpolate(coarse, scale_factor: [8, 8], mode: InterpolationMode.Nearest).squeeze(1)
            .to(ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>Size of the logits.</summary>
    public long LogitBytes => logits.numel() * sizeof(float);

    /// <summary>One pass through a loss of the kit.</summary>
    public double Kit(SegmentationLoss loss)
    {
        using var scope = NewDisposeScope();
        var leaf = logits.detach().requires_grad_(true);
        var total = loss.Forward(leaf, labels, image).Total;
        total.backward();
        return total.item<float>();
    }

    /// <summary>One pass through a transcription.</summary>
    public double Transcribed(LossTranscriptions.Formula formula)
    {
        using var scope = NewDisposeScope();
        var leaf = logits.detach().requires_grad_(true);
        var total = formula(leaf, labels, image);
        total.backward();
        return total.item<float>();
    }

    public void Dispose()
    {
        logits.Dispose();
        labels.Dispose();
        image.Dispose();
    }

    /// <summary>The methods to look at: all in earnest, in a smoke test the plainest and the most expensive.</summary>
    public static IReadOnlyList<Method> Methods(RowContext context) =>
        [.. (context.Quick ? ["ce", "mbls-5", "nacl", "crac"] : MethodCatalog.Keys.Concat(MethodCatalog.ExtendedKeys)).Select(key => MethodCatalog.Get(key))];
}
