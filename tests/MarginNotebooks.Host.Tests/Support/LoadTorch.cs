using MarginNotebooks.Runtime;

[assembly: AssemblyFixture(typeof(MarginNotebooks.Host.Tests.Support.LoadTorch))]

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Loads libtorch before the first test: the order of tests is not fixed, and one may use TorchSharp before any type of the kit.</summary>
public sealed class LoadTorch
{
    public LoadTorch() => TorchRuntime.EnsureLoaded();
}
