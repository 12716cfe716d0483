using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Runtime;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Loads_and_computes()
    {
        var report = TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        Assert.Equal(6.0, arange(4, dtype: float64).sum().item<double>());
        Assert.NotNull(report.Folder);
    }

    [Fact]
    public void Denormals_are_flushed()
    {
        TorchRuntime.EnsureLoaded();
        if (!TorchRuntime.FlushDenormals())
            Assert.Skip("This processor cannot flush denormal numbers.");
        using var scope = NewDisposeScope();
        using var tiny = tensor(new[] { 1e-30f }) * 1e-10f;
        Assert.Equal(0f, tiny[0].item<float>());
    }
}
