using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Something that is computed with the weights of a finished run, and stored in a <see cref="DerivedStore"/>.</summary>
public abstract class DerivedComputation
{
    /// <summary>Its kind: the name of its folder.</summary>
    public abstract string Kind { get; }

    /// <summary>What is asked for, each in a line; a stored result that has all of it is not computed again.</summary>
    public abstract IReadOnlyList<string> Options { get; }

    /// <summary>The same computation that also makes what a stored result of the same weights has, so that nothing is lost by asking for less.</summary>
    /// <param name="stored">Options of the stored result; those that are no longer known are left out.</param>
    /// <returns>The computation.</returns>
    public abstract DerivedComputation Including(IReadOnlyList<string> stored);

    /// <summary>Computes.</summary>
    /// <param name="network">The network of the run, with the weights of its best epoch.</param>
    /// <param name="data">The data it was trained on.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Told what is done now.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The text of the table, and what a reader must know besides.</returns>
    public abstract (string Scores, IReadOnlyList<string> Notes) Compute(
        nn.Module<Tensor, Tensor> network, StudyData data, Device device, IProgress<string>? progress, CancellationToken cancellation);
}
