using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Ten million pixels of four classes, confident and often right, as a trained network gives them.</summary>
internal sealed class CalibrationPixels : IDisposable
{
    public const int Classes = 4;
    public const int Bins = 15;

    public CalibrationPixels(RowContext context)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (samples, side) = (10, context.Size(1000, 32));
        Labels = randint(0, Classes, [samples, side, side], dtype: ScalarType.Int64, generator: generator).DetachFromDisposeScope();
        var truth = nn.functional.one_hot(Labels, Classes).permute(0, 3, 1, 2).to(ScalarType.Float32);
        Logits = randn([samples, Classes, side, side], generator: generator).mul_(2).add_(truth, 4).DetachFromDisposeScope();
    }

    /// <summary><c>(10, 4, 1000, 1000) float32</c>.</summary>
    public Tensor Logits { get; }

    /// <summary><c>(10, 1000, 1000) int64</c>.</summary>
    public Tensor Labels { get; }

    public long LogitBytes => Logits.numel() * sizeof(float);

    /// <summary>ECE, class-wise and adaptive ECE by the kit, in one pass.</summary>
    public CalibrationScores Kit(CalibrationRules rules)
    {
        var sums = new CalibrationAccumulator(Classes, rules, PixelRegion.All);
        sums.Add(Logits, Labels);
        return sums.Scores();
    }

    public void Dispose()
    {
        Logits.Dispose();
        Labels.Dispose();
    }
}
