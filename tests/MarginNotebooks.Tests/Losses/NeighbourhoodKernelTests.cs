using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The neighbourhood targets of the CPU kernel against those in libtorch's operations.</summary>
public sealed class NeighbourhoodKernelTests
{
    private const int C = 4;

    public static TheoryData<NeighbourhoodOperator, NeighbourhoodBorder> All =>
        new(Enum.GetValues<NeighbourhoodOperator>().SelectMany(o => Enum.GetValues<NeighbourhoodBorder>().Select(b => (o, b))));

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_those_of_tensor_operations(NeighbourhoodOperator kind, NeighbourhoodBorder border)
    {
        using var scope = NewDisposeScope();
        foreach (var width in new[] { 3, 5 })
            foreach (var ignored in new long?[] { null, 255, 0, 2 })
                foreach (var space in new long[][] { [9], [7, 6], [1, 1], [2, 8], [3, 4, 5] })
                    foreach (var channels in kind >= NeighbourhoodOperator.Bilateral ? new long[] { 1, 3 } : [1])
                    {
                        var labels = Tensors.Classes(41, C, [2, .. space]);
                        if (ignored is { } value)
                            labels = Tensors.WithIgnored(labels, 41, value);
                        var image = Tensors.Logits(42, ScalarType.Float32, [2, channels, .. space]) * 0.1;
                        var logits = zeros([2, C, .. space]);
                        var neighbourhood = new Neighbourhood(kind) { KernelSize = width, Border = border, Sigma = 0.8, IntensitySigma = 0.3 };
                        var plain = neighbourhood.Targets(new PixelBatch(logits, labels, ignored), image);
                        var fused = neighbourhood.Targets(new PixelBatch(logits, labels, ignored) { Fused = true }, image);
                        Close.Array(Tensors.Flat(plain), Tensors.Flat(fused), 1e-5, 1e-6,
                            $"{kind} {width} {border}, ignoring {ignored}, ({string.Join(", ", space)})");
                    }
    }
}
