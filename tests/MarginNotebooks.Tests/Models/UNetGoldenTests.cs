using System.Text.Json;
using MarginNotebooks.Models;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Models;

/// <summary>Names, shapes, logits and gradient norms of the authors' U-Net.</summary>
public sealed class UNetGoldenTests
{
    public static TheoryData<string> Files => NetworkGolden.Files(NetworkGolden.UNet);

    public static TheoryData<string> ForwardFiles => NetworkGolden.Files(NetworkGolden.UNet, forwardOnly: true);

    public static TheoryData<string> AllFiles => GoldenFiles.Where("model", _ => true);

    [Theory]
    [MemberData(nameof(AllFiles))]
    public void EveryFileIsOfANetworkThatATestClassCompares(string file)
    {
        var golden = GoldenFiles.Read(file);
        string[] compared = [NetworkGolden.UNet, NetworkGolden.AttentionUNet, NetworkGolden.TransUNet];
        Assert.Single(compared, reference => NetworkGolden.IsOf(golden, reference));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void NamesShapesAndCountAreTheAuthors(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = Build(golden);
        NetworkGolden.CheckNames(golden, network);
    }

    [Theory]
    [MemberData(nameof(ForwardFiles))]
    public void LogitsLossAndGradientNormsAreTheAuthors(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = Build(golden);
        NetworkGolden.CheckForward(golden, network, input => input);
    }

    [Theory]
    [MemberData(nameof(ForwardFiles))]
    public void ChannelsLastGivesTheSame(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = Build(golden);
        using var flat = new FlatParameters(network, MemoryLayout.ChannelsLast);
        NetworkGolden.CheckForward(golden, network, input => input.ToLayout(MemoryLayout.ChannelsLast));
    }

    private static UNet Build(JsonElement golden) => new(
        NetworkGolden.Parameter(golden, "input_channels"), NetworkGolden.Parameter(golden, "num_classes"),
        NetworkGolden.Parameter(golden, "filters_base"));
}
