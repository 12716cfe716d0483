using MarginNotebooks.Losses;
using static TorchSharp.torch;
[assembly: MethodsOf<MarginNotebooks.Tests.Losses.PolyLoss>]
namespace MarginNotebooks.Tests.Losses;

/// <summary>Poly-1: <c>mean_pixels(-log s_y + ε·(1 - s_y))</c>. Leng et al., ICLR 2022, arXiv 2204.12511.</summary>
public sealed class PolyLoss(double epsilon) : PixelwiseLoss, IMethodSource
{
    public static IReadOnlyList<MethodFamily> Families => [new() { Key = "poly", Numbers = [1], Display = "Poly-1 (ε={0})", HyperParameters = "ε 1",
        Source = "Leng et al., ICLR 2022", Create = (epsilon, ignoreIndex) => new PolyLoss(epsilon) { IgnoreIndex = ignoreIndex } }];
    public override string Name => FormattableString.Invariant($"Poly-1 (ε={epsilon})");
    protected override Tensor PerPixel(Tensor logits, Tensor labels) // (N, C) and (N) to (N)
    {
        var log = nn.functional.log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
        return epsilon * (1 - log.exp()) - log;
    }
}

public sealed class AddedLossExampleTests
{
    [Fact] // -log 1/2 + 2·(1 - 1/2)
    public void Two_equal_logits_give_one_half() => Assert.Equal(
        Math.Log(2) + 1, new PolyLoss(2).Forward(zeros(1, 2, 1), zeros([1, 1], ScalarType.Int64)).Total.item<float>(), 1e-6);
}
