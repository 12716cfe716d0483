using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Seeds torch's CPU generator until disposed, then puts its former state back: code inside is reproducible, code outside unaffected.</summary>
public sealed class SeededScope : IDisposable
{
    private readonly Tensor former;

    /// <summary>Remembers the generator's state and seeds it.</summary>
    /// <param name="seed">Seed, as for PyTorch's <c>manual_seed</c>.</param>
    public SeededScope(long seed)
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
