using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>A network and its calibrator as one network, which gives calibrated logits: predictors and evaluations take it like any
/// other.</summary>
/// <remarks>Gives no gradients.</remarks>
public sealed class CalibratedNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Calibrator calibrator;

    /// <summary>Joins the two, which stay the caller's to dispose.</summary>
    /// <param name="network">The network.</param>
    /// <param name="calibrator">Its calibrator, fitted.</param>
    public CalibratedNetwork(nn.Module<Tensor, Tensor> network, Calibrator calibrator) : base(nameof(CalibratedNetwork))
    {
        (this.network, this.calibrator) = (network, calibrator);
        register_module(nameof(network), network);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var logits = network.call(input);
        return calibrator.Apply(logits, input);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => base.Dispose(disposing: false); // what was wrapped is the caller's
}
