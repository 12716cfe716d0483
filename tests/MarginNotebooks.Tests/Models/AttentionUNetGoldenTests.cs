using MarginNotebooks.Models;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Models;

/// <summary>Names, shapes, logits and gradient norms of the authors' Attention U-Net; its 35 million parameters are made once a file.</summary>
public sealed class AttentionUNetGoldenTests
{
    public static TheoryData<string> Files => NetworkGolden.Files(NetworkGolden.AttentionUNet);

    [Theory]
    [MemberData(nameof(Files))]
    public void NamesLogitsLossAndGradientNormsAreTheAuthorsInBothLayouts(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = new AttentionUNet(NetworkGolden.Parameter(golden, "img_ch"), NetworkGolden.Parameter(golden, "output_ch"));
        NetworkGolden.CheckNames(golden, network);
        if (!golden.TryGetProperty("expected", out _)) return;
        NetworkGolden.CheckForward(golden, network, input => input);
        using var flat = new FlatParameters(network, MemoryLayout.ChannelsLast);
        NetworkGolden.CheckForward(golden, network, input => input.ToLayout(MemoryLayout.ChannelsLast));
    }
}
