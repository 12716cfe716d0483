using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// <c>y = W x + b</c> along the last axis. Initial values are those of PyTorch's <c>nn.Linear</c>, uniform within 1/√inputs, or Xavier
/// uniform with biases of σ = 1e-6; drawn from a generator of the caller's.
/// </summary>
internal sealed class FullyConnected : Module<Tensor, Tensor>
{
    private const double XavierBiasDeviation = 1e-6;

    private readonly Parameter weight;
    private readonly Parameter bias;

    internal FullyConnected(int inputs, int outputs, Generator generator, bool xavier = false) : base(nameof(FullyConnected))
    {
        using var _ = no_grad();
        var bound = xavier ? Math.Sqrt(6.0 / (inputs + outputs)) : 1 / Math.Sqrt(inputs);
        weight = Parameter(empty(outputs, inputs).uniform_(-bound, bound, generator));
        bias = Parameter(xavier
            ? empty(outputs).normal_(0, XavierBiasDeviation, generator)
            : empty(outputs).uniform_(-bound, bound, generator));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => functional.linear(input, weight, bias);
}
