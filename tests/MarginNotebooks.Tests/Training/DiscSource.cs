using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

/// <summary>Noisy images of one bright disc (class 1) with a brighter core (class 2): learnable in seconds, made from a seed.</summary>
internal sealed class DiscSource : ITrainingSource
{
    private readonly float[][] images;
    private readonly long[][] labels;
    private readonly int size;

    public DiscSource(int count, int size = 32, int seed = 1)
    {
        this.size = size;
        Count = count;
        images = new float[count][];
        labels = new long[count][];
        var random = new Random(seed);
        for (var n = 0; n < count; n++)
        {
            var row = size * (0.3 + 0.4 * random.NextDouble());
            var column = size * (0.3 + 0.4 * random.NextDouble());
            var radius = size * (0.15 + 0.1 * random.NextDouble());
            images[n] = new float[size * size];
            labels[n] = new long[size * size];
            for (var i = 0; i < size * size; i++)
            {
                var distance = Math.Sqrt(Math.Pow(i / size - row, 2) + Math.Pow(i % size - column, 2));
                labels[n][i] = distance < radius / 2 ? 2 : distance < radius ? 1 : 0;
                images[n][i] = (float)(labels[n][i] + 0.3 * (random.NextDouble() - 0.5));
            }
        }
    }

    public int Count { get; }

    /// <summary>Called before each batch is made.</summary>
    public Action<int[]>? OnBatch { get; set; }

    public int[] EpochOrder(int seed, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new Random(HashCode(seed, epoch)).Shuffle(order);
        return order;
    }

    public (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device device)
    {
        var chosen = indices.ToArray();
        OnBatch?.Invoke(chosen);
        return (tensor(chosen.SelectMany(i => images[i]).ToArray(), [chosen.Length, 1, size, size]).to(device),
            tensor(chosen.SelectMany(i => labels[i]).ToArray(), [chosen.Length, size, size]).to(device));
    }

    private static int HashCode(int seed, int epoch) => unchecked(seed * 1_000_003 + epoch);
}
