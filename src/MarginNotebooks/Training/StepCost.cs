using MarginNotebooks.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Multiply-adds of the convolutions in one training step: what a step costs at least, whatever computes it.</summary>
/// <remarks>
/// Counted, not estimated: a batch of zeros passes through the network and every convolution adds
/// <c>B · out · H · W · in/groups · kernel height · kernel width</c>, once for the forward pass, once for the weights' gradient and once for
/// the input's gradient, which the first convolution has no need of. Zero padding counts as if it were multiplied. Biases, activations,
/// pooling, loss and optimiser are left out: they are passes over memory, not multiply-adds.
/// </remarks>
/// <param name="Forward">Forward pass.</param>
/// <param name="BackwardData">Gradients of the inputs.</param>
/// <param name="BackwardWeights">Gradients of the weights.</param>
/// <param name="Executed">All passes as they are really computed; less than <see cref="Total"/> where a layer knows a shorter way.</param>
public sealed record StepCost(long Forward, long BackwardData, long BackwardWeights, double Executed)
{
    /// <summary>All passes, as the network is defined.</summary>
    public long Total => Forward + BackwardData + BackwardWeights;

    /// <summary>Counts the convolutions of a network: the kit's, and TorchSharp's <c>Conv2d</c>.</summary>
    /// <param name="model">The network; its mode and parameters stay as they are.</param>
    /// <param name="inputShape">Shape of a batch, <c>(B, C, H, W)</c>.</param>
    /// <param name="layout">Memory layout of the batch; decides <see cref="Executed"/> only.</param>
    /// <returns>The count.</returns>
    /// <exception cref="ArgumentException">The network has no convolution that can be counted.</exception>
    public static StepCost Of(
        nn.Module<Tensor, Tensor> model, ReadOnlySpan<long> inputShape, MemoryLayout layout = MemoryLayout.Auto)
    {
        using var scope = NewDisposeScope();
        using var _ = enable_grad();
        var parameter = model.parameters().FirstOrDefault()
            ?? throw new ArgumentException("The network has no parameters, so no multiply-adds to count.", nameof(model));
        using var tally = new ConvolutionTally();
        // Hooks of Conv2d; the kit's own convolutions report to the tally themselves.
        var hooks = model.modules().OfType<Conv2d>().Select(convolution => convolution.register_forward_hook((_, input, output) =>
        {
            tally.Add(input, convolution.weight!, output);
            return output;
        })).ToList();
        try
        {
            var batch = zeros(inputShape, parameter.dtype, parameter.device);
            model.call(batch.ToLayout(layout.For(parameter.device)));
        }
        finally
        {
            foreach (var hook in hooks) hook.remove();
        }
        return tally.Forward > 0
            ? new StepCost(tally.Forward, tally.BackwardData, tally.BackwardWeights, tally.Executed)
            : throw new ArgumentException(
                $"'{model.GetName()}' has no convolution that can be counted (Conv2d or the kit's own).", nameof(model));
    }
}
