using MarginNotebooks.Runtime;

[assembly: AssemblyFixture(typeof(MarginNotebooks.Tests.LoadTorch))]

namespace MarginNotebooks.Tests;

/// <summary>Loads libtorch before the first test: tests run on several threads, and one must not use TorchSharp while another still loads its libraries.</summary>
public sealed class LoadTorch
{
    public LoadTorch()
    {
        try
        {
            TorchRuntime.EnsureLoaded();
            // The test classes run side by side: one thread each is faster than many that wait for one another.
            TorchSharp.torch.set_num_threads(1);
        }
        catch (TorchUnavailableException)
        {
            // Tests that need it fail with this exception; the others still run.
        }
    }
}
