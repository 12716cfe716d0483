using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>What an <see cref="Ensemble"/> averages.</summary>
public enum EnsembleMean
{
    /// <summary>Probabilities: <c>log (1/M) Σ_m softmax(l_m)</c>, as Lakshminarayanan et al.</summary>
    Probabilities,

    /// <summary>Logits: <c>(1/M) Σ_m l_m</c>, the geometric mean of the probabilities, renormalised.</summary>
    Logits,
}

/// <summary>Several networks as one, which gives the mean of their probabilities.</summary>
/// <remarks>
/// Source: Lakshminarayanan et al., "Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles", NeurIPS 2017, arXiv
/// 1612.01474. A network like any other: predictors, evaluations and calibrators take it. Output: log-probabilities (or mean logits),
/// <c>(B, K, *S)</c>.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "ensemble", "Ensemble of networks",
    Formula = "log (1/M Σ_m softmax(l_m)); or 1/M Σ_m l_m",
    Source = "Lakshminarayanan et al., NeurIPS 2017, arXiv 1612.01474", Test = "EnsembleTests",
    Note = "May change the predicted class. Not fitted; any number of checkpoints, mean of probabilities or of logits.")]
public sealed class Ensemble : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] members;

    /// <summary>Joins networks.</summary>
    /// <param name="members">At least one; same inputs and classes. They stay the caller's to dispose.</param>
    /// <param name="mean">What is averaged.</param>
    /// <exception cref="ArgumentException">There is no network.</exception>
    public Ensemble(IReadOnlyList<nn.Module<Tensor, Tensor>> members, EnsembleMean mean = EnsembleMean.Probabilities) : base(nameof(Ensemble))
    {
        if (members.Count == 0)
            throw new ArgumentException("An ensemble needs at least one network.", nameof(members));
        (this.members, Mean) = ([.. members], mean);
        for (var i = 0; i < members.Count; i++)
            register_module($"member_{i}", members[i]);
    }

    /// <summary>What is averaged.</summary>
    public EnsembleMean Mean { get; }

    /// <summary>Number of networks M.</summary>
    public int Count => members.Length;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        foreach (var member in members)
        {
            var logits = member.call(input);
            var part = Mean == EnsembleMean.Logits ? logits : nn.functional.log_softmax(logits, 1);
            if (sum is not null && !sum.shape.SequenceEqual(part.shape))
                throw new InvalidOperationException(
                    $"The networks of an ensemble must agree: one gives ({string.Join(", ", sum.shape)}), another ({string.Join(", ", part.shape)}).");
            sum = sum is null ? part : Mean == EnsembleMean.Logits ? sum + part : sum.logaddexp(part);
        }
        return (Mean == EnsembleMean.Logits ? sum! / Count : sum! - Math.Log(Count)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => base.Dispose(disposing: false); // what was wrapped is the caller's
}
