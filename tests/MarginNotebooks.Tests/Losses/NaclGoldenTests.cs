using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The neighbourhood targets behind NACL.</summary>
public sealed class NaclGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where(
        "losses", file => file.GetProperty("loss").GetString() == "nacl" && file.GetProperty("expected").TryGetProperty("targets", out _));

    [Theory]
    [MemberData(nameof(Files))]
    public void Targets_match(string name)
    {
        var file = GoldenFiles.Read(name);
        using var scope = NewDisposeScope();
        var image = file.TryGetProperty("image", out _) ? Tensors.From(file, "image", "image_shape") : null;
        var targets = GoldenLoss.Neighbourhood(file.GetProperty("params")).Targets(
            Tensors.Labels(file), file.GetProperty("shape")[1].GetInt64(), image);
        Close.Array(GoldenFiles.Doubles(file.GetProperty("expected").GetProperty("targets")), Tensors.Flat(targets), 1e-5, 1e-6, name);
    }
}
