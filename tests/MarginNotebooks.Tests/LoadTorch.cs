using System.Runtime.CompilerServices;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Tests;

/// <summary>Loads libtorch before any test: tests run on several threads, and one must not use TorchSharp while another still loads its libraries.</summary>
internal static class LoadTorch
{
#pragma warning disable CA2255 // Tests are an application.
    [ModuleInitializer]
    internal static void Load()
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
#pragma warning restore CA2255
}
