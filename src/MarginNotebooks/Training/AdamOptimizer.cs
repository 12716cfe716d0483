using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Adam over <see cref="FlatParameters"/>, with state that can be stored and restored exactly.</summary>
/// <remarks>
/// PyTorch's formula, no weight decay, no AMSGrad; at step t with gradient g:
/// <c>m ← β₁m + (1−β₁)g</c>, <c>v ← β₂v + (1−β₂)g²</c>, <c>w ← w − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)</c>.
/// Source: Kingma and Ba, Adam, ICLR 2015; the order of operations is <c>torch.optim.Adam</c>'s.
/// <para>TorchSharp's own Adam keeps its moments where a checkpoint cannot reach them and takes ten native calls for every parameter
/// tensor, each a pass over main memory. Here, on a CPU, all operations are done on one piece of the vectors that fits the cores' caches
/// before the next piece is touched; the numbers are the same.</para>
/// </remarks>
public sealed class AdamOptimizer : IDisposable
{
    // Five pieces of this many float32 (values, gradient, two moments, scratch) fit a core's second-level cache of a megabyte.
    private const long PieceOfAThread = 1 << 15;

    private readonly List<Piece> pieces = [];
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;

    /// <summary>Views of one stretch of the vectors; the scratch memory is shared by all.</summary>
    private sealed record Piece(Tensor Values, Tensor Gradients, Tensor FirstMoment, Tensor SecondMoment, Tensor Denominator);

    /// <summary>Fresh moments, all zero.</summary>
    /// <param name="parameters">What to optimise.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the denominator.</param>
    public AdamOptimizer(FlatParameters parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        (this.beta1, this.beta2, this.epsilon) = (beta1, beta2, epsilon);
        FirstMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
        SecondMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
        var size = parameters.Values.device_type == DeviceType.CPU ? PieceOfAThread * get_num_threads() : parameters.Length;
        using var scratch = empty(Math.Min(size, parameters.Length), device: parameters.Values.device);
        for (var start = 0L; start < parameters.Length; start += size)
        {
            var length = Math.Min(size, parameters.Length - start);
            Tensor Of(Tensor flat, long from) => flat.narrow(0, from, length).DetachFromDisposeScope();
            pieces.Add(new Piece(
                Of(parameters.Values, start), Of(parameters.Gradients, start), Of(FirstMoment, start), Of(SecondMoment, start), Of(scratch, 0)));
        }
    }

    /// <summary>Running mean of the gradients m, laid out like <see cref="FlatParameters.Values"/>.</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Running mean of the squared gradients v.</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Steps taken so far, t.</summary>
    public long Steps { get; set; }

    /// <summary>Moves the parameters once, by the gradients they hold.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Steps++;
        var correction1 = 1 - Math.Pow(beta1, Steps);
        var correction2 = 1 - Math.Pow(beta2, Steps);
        // Held until the step is over: TorchSharp hands a number's native handle to libtorch, and the collector may free it meanwhile
        // when nothing refers to the number any more.
        using Scalar keep1 = beta1, keep2 = beta2, take1 = 1 - beta1, take2 = 1 - beta2;
        using Scalar root = Math.Sqrt(correction2), floor = epsilon, rate = -learningRate / correction1;
        foreach (var (values, gradients, first, second, denominator) in pieces)
        {
            first.mul_(keep1).add_(gradients, take1);
            second.mul_(keep2).addcmul_(gradients, gradients, take2);
            denominator.copy_(second).sqrt_().div_(root).add_(floor);
            values.addcdiv_(first, denominator, rate);
        }
    }

    /// <summary>Disposes the moments.</summary>
    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
        foreach (var (values, gradients, first, second, denominator) in pieces)
            foreach (var tensor in new[] { values, gradients, first, second, denominator }) tensor.Dispose();
    }
}
