using MarginNotebooks.Reference;
using MarginNotebooks.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>A network whose dropout stays on when it predicts: the mean of the probabilities over several passes.</summary>
/// <remarks>
/// <para>
/// <c>log (1/S) Σ_s softmax(l_s)</c>, l_s with fresh dropout masks. Source: Gal and Ghahramani, "Dropout as a Bayesian Approximation",
/// ICML 2016, arXiv 1506.02142. Works with every network that has modules of the kinds Dropout, Dropout1d, Dropout2d, Dropout3d,
/// AlphaDropout or FeatureAlphaDropout (<see cref="Models.UNet"/> has them when it is made with a dropout rate); all else, batch
/// normalisation for one, stays in evaluation mode.
/// </para>
/// <para>
/// Each call draws its masks from the seed, so equal batches give equal results; torch's global generator of the CPU is put back
/// afterwards. A batch that is split otherwise draws other masks. Output: log-probabilities <c>(B, K, *S)</c>. The authors' U-Net has
/// functional dropout that is always on, in evaluation as well: one sample of this mean.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Calibrator, "mc-dropout", "Monte-Carlo dropout",
    Formula = "log (1/S Σ_s softmax(l_s)), l_s with dropout masks drawn anew",
    Source = "Gal and Ghahramani, ICML 2016, arXiv 1506.02142", Test = "MonteCarloDropoutTests",
    Note = "May change the predicted class. Not fitted; needs a network with dropout modules, trained with them.")]
public sealed class MonteCarloDropout : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly nn.Module[] dropouts;

    /// <summary>Wraps a network, which stays the caller's to dispose.</summary>
    /// <param name="network">A network with dropout modules.</param>
    /// <param name="samples">Passes S.</param>
    /// <param name="seed">Seed of the masks.</param>
    /// <exception cref="ArgumentException">The network has no dropout module.</exception>
    public MonteCarloDropout(nn.Module<Tensor, Tensor> network, int samples = 20, long seed = 1) : base(nameof(MonteCarloDropout))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        (this.network, Samples, Seed) = (network, samples, seed);
        dropouts = [.. network.modules().Where(module => module is Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout)];
        if (dropouts.Length == 0)
            throw new ArgumentException(
                $"{network.GetType().Name} has no dropout module, so every pass would be the same: train one that has, "
                + "for example new UNet(…, dropout: 0.5), or margin train --dropout 0.5.", nameof(network));
        register_module(nameof(network), network);
    }

    /// <summary>Passes S.</summary>
    public int Samples { get; }

    /// <summary>Seed of the masks.</summary>
    public long Seed { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        using var seeded = new SeededScope(Seed);
        var modes = network.modules().Append(network).Select(module => (module, module.training)).ToArray();
        network.eval();
        foreach (var dropout in dropouts)
            dropout.train();
        try
        {
            Tensor? sum = null;
            for (var i = 0; i < Samples; i++)
            {
                var part = nn.functional.log_softmax(network.call(input), 1);
                sum = sum is null ? part : sum.logaddexp(part);
            }
            return (sum! - Math.Log(Samples)).MoveToOuterDisposeScope();
        }
        finally
        {
            // From the outside in: train(mode) of a module reaches all below it.
            network.train(modes[^1].training);
            foreach (var (module, mode) in modes)
                if (module.training != mode)
                    module.train(mode);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => base.Dispose(disposing: false); // what was wrapped is the caller's
}
