using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Seeds torch's global CPU generator until disposed, then puts its former state back.</summary>
internal sealed class SeededScope : IDisposable
{
    private readonly Tensor former;

    /// <summary>Remembers the generator's state and seeds it.</summary>
    /// <param name="seed">Seed, as for PyTorch's <c>manual_seed</c>.</param>
    internal SeededScope(long seed)
    {
        former = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed(seed);
    }

    /// <summary>Restores the generator's former state.</summary>
    public void Dispose()
    {
        random.set_rng_state(former);
        former.Dispose();
    }
}
