using MarginNotebooks.Losses;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The kernel and the blurred labels behind the SVLS loss.</summary>
public sealed class SvlsGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where("losses", file => file.GetProperty("loss").GetString() == "svls");

    [Theory]
    [MemberData(nameof(Files))]
    public void Soft_targets_match(string name)
    {
        var file = GoldenFiles.Read(name);
        var p = file.GetProperty("params");
        using var scope = NewDisposeScope();
        var targets = SvlsLoss.SoftTargets(
            Tensors.Labels(file), file.GetProperty("shape")[1].GetInt64(), GoldenLoss.Number(p, "sigma"),
            p.GetProperty("kernel_size").GetInt32());
        Close.Array(GoldenFiles.Doubles(file.GetProperty("expected").GetProperty("soft_targets")), Tensors.Flat(targets), 1e-5, 1e-6, name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_kernel_matches(string name)
    {
        var file = GoldenFiles.Read(name);
        var p = file.GetProperty("params");
        var width = p.GetProperty("kernel_size").GetInt32();
        using var scope = NewDisposeScope();
        var labels = zeros([1, (2 * width) - 1, (2 * width) - 1], ScalarType.Int64);
        labels[0, width - 1, width - 1] = 1;
        // The blur of a single pixel is the kernel; after normalisation its centre is 1/2, before it 1.
        var blurred = SvlsLoss.SoftTargets(labels, 2, GoldenLoss.Number(p, "sigma"), width)[0, 1]
            .narrow(0, width / 2, width).narrow(1, width / 2, width) * 2;
        Close.Array(GoldenFiles.Doubles(file.GetProperty("expected").GetProperty("kernel_unnormalised")), Tensors.Flat(blurred),
            1e-5, 1e-6, name);
    }
}
