using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Adam over <see cref="FlatParameters"/>, with state that can be stored and restored exactly.</summary>
/// <remarks>
/// PyTorch's formula, no weight decay, no AMSGrad; at step t with gradient g:
/// <c>m ← β₁m + (1−β₁)g</c>, <c>v ← β₂v + (1−β₂)g²</c>, <c>w ← w − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)</c>.
/// Source: Kingma and Ba, Adam, ICLR 2015; the order of operations is <c>torch.optim.Adam</c>'s.
/// <para>TorchSharp's own Adam keeps its moments where a checkpoint cannot reach them and takes ten native calls for every parameter
/// tensor; this one takes seven in all.</para>
/// </remarks>
public sealed class AdamOptimizer : IDisposable
{
    private readonly FlatParameters parameters;
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly Tensor denominator;

    /// <summary>Fresh moments, all zero.</summary>
    /// <param name="parameters">What to optimise.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the denominator.</param>
    public AdamOptimizer(FlatParameters parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        (this.parameters, this.beta1, this.beta2, this.epsilon) = (parameters, beta1, beta2, epsilon);
        FirstMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
        SecondMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
        denominator = zeros_like(parameters.Values).DetachFromDisposeScope();
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
        var gradient = parameters.Gradients;
        // Held until the step is over: TorchSharp hands a number's native handle to libtorch, and the collector may free it meanwhile
        // when nothing refers to the number any more.
        using Scalar keep1 = beta1, keep2 = beta2, take1 = 1 - beta1, take2 = 1 - beta2;
        using Scalar root = Math.Sqrt(correction2), floor = epsilon, rate = -learningRate / correction1;
        FirstMoment.mul_(keep1).add_(gradient, take1);
        SecondMoment.mul_(keep2).addcmul_(gradient, gradient, take2);
        denominator.copy_(SecondMoment).sqrt_().div_(root).add_(floor);
        parameters.Values.addcdiv_(FirstMoment, denominator, rate);
    }

    /// <summary>Disposes the moments.</summary>
    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
        denominator.Dispose();
    }
}
