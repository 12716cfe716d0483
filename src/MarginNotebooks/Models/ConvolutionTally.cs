using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Adds up the multiply-adds of the convolutions that run on this thread while it is in force.</summary>
internal sealed class ConvolutionTally : IDisposable
{
    [ThreadStatic]
    private static ConvolutionTally? current;

    private readonly ConvolutionTally? outer = current;

    internal ConvolutionTally() => current = this;

    /// <summary>The tally in force on this thread; null outside a count.</summary>
    internal static ConvolutionTally? Current => current;

    /// <summary>Multiply-adds of the forward pass, as the network is defined.</summary>
    internal long Forward { get; private set; }

    /// <summary>Multiply-adds of the gradients of the inputs; none where the input is the image.</summary>
    internal long BackwardData { get; private set; }

    /// <summary>Multiply-adds of the gradients of the weights.</summary>
    internal long BackwardWeights { get; private set; }

    /// <summary>Multiply-adds that forward and backward pass really take, where a layer knows a shorter way.</summary>
    internal double Executed { get; private set; }

    /// <summary>Counts one convolution.</summary>
    /// <param name="input">Its input.</param>
    /// <param name="weight"><c>(out, in, h, w)</c>.</param>
    /// <param name="output">Its output <c>(B, out, H, W)</c>.</param>
    /// <param name="executed">Multiply-adds of the forward pass as it is really done; as defined when null.</param>
    internal void Add(Tensor input, Tensor weight, Tensor output, double? executed = null)
    {
        var taps = weight.numel() / weight.shape[0];
        var macs = output.numel() * taps;
        var passes = 1;
        Forward += macs;
        if (input.requires_grad)
        {
            BackwardData += macs;
            passes++;
        }
        if (weight.requires_grad)
        {
            BackwardWeights += macs;
            passes++;
        }
        Executed += passes * (executed ?? macs);
    }

    public void Dispose() => current = outer;
}
