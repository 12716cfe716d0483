using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

/// <summary>Networks written in Python, with their weights loaded here: the outputs must be the same.</summary>
public sealed class ForeignWeightsTests
{
    private const string UNet = """
        import sys
        from torch import nn
        import torch.nn.functional as F
        class Pair(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                for n, (a, b) in (('l1', (i, o)), ('l2', (o, o))):
                    m = nn.Module(); m.conv = nn.Conv2d(a, b, 3, padding=1); setattr(self, n, m)
            def forward(self, x): return F.relu(self.l2.conv(F.relu(self.l1.conv(x))))
        class Net(nn.Module):
            def __init__(self, c, k, b):
                super().__init__()
                w = [b * f for f in (1, 2, 4, 8, 16)]
                self.down = nn.ModuleList(Pair(c if i == 0 else w[i - 1], w[i]) for i in range(5))
                self.up = nn.ModuleList(Pair(w[i + 1] + w[i], w[i]) for i in range(4))
                self.conv_final = nn.Conv2d(b, k, 1)
            def forward(self, x):
                skips = []
                for i, s in enumerate((1, 2, 2, 2, 4)):
                    x = self.down[i](F.max_pool2d(x, s) if i else x); skips.append(x)
                for i, s in ((3, 4), (2, 2), (1, 2), (0, 2)):
                    x = self.up[i](torch.cat([F.interpolate(x, scale_factor=s), skips[i]], 1))
                return self.conv_final(x)
        net = Net(2, 3, 3)
        """;

    private const string AttentionUNet = """
        import sys
        from torch import nn
        import torch.nn.functional as F
        def cbr(i, o): return [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()]
        class Pair(nn.Module):
            def __init__(self, i, o): super().__init__(); self.conv = nn.Sequential(*cbr(i, o), *cbr(o, o))
            def forward(self, x): return self.conv(x)
        class Up(nn.Module):
            def __init__(self, i, o): super().__init__(); self.up = nn.Sequential(nn.Upsample(scale_factor=2), *cbr(i, o))
            def forward(self, x): return self.up(x)
        class Gate(nn.Module):
            def __init__(self, c, m):
                super().__init__()
                p = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 1), nn.BatchNorm2d(o))
                self.W_g, self.W_x, self.psi = p(c, m), p(c, m), p(m, 1)
            def forward(self, g, x): return x * torch.sigmoid(self.psi(F.relu(self.W_g(g) + self.W_x(x))))
        class Net(nn.Module):
            def __init__(self, c, k, b):
                super().__init__()
                w = [b << i for i in range(5)]
                for i in range(5): setattr(self, f'Conv{i + 1}', Pair(c if i == 0 else w[i - 1], w[i]))
                for i in (3, 2, 1, 0):
                    setattr(self, f'Up{i + 2}', Up(w[i + 1], w[i])); setattr(self, f'Att{i + 2}', Gate(w[i], w[i] // 2))
                    setattr(self, f'Up_conv{i + 2}', Pair(2 * w[i], w[i]))
                self.Conv_1x1 = nn.Conv2d(b, k, 1)
            def forward(self, x):
                s = []
                for i in range(5): x = getattr(self, f'Conv{i + 1}')(F.max_pool2d(x, 2) if i else x); s.append(x)
                for i in (3, 2, 1, 0):
                    d = getattr(self, f'Up{i + 2}')(x)
                    x = getattr(self, f'Up_conv{i + 2}')(torch.cat([getattr(self, f'Att{i + 2}')(d, s[i]), d], 1))
                return self.Conv_1x1(x)
        net = Net(2, 3, 4)
        """;

    private const string NestedUNet = """
        import sys
        from torch import nn
        import torch.nn.functional as F
        class Block(nn.Module):
            def __init__(self, i, o):
                super().__init__()
                self.conv1 = nn.Conv2d(i, o, 3, padding=1); self.bn1 = nn.BatchNorm2d(o)
                self.conv2 = nn.Conv2d(o, o, 3, padding=1); self.bn2 = nn.BatchNorm2d(o)
            def forward(self, x): return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        class Net(nn.Module):
            def __init__(self, c, k, b):
                super().__init__()
                w = [b << i for i in range(5)]
                for j in range(5):
                    for i in range(5 - j):
                        setattr(self, f'conv{i}_{j}', Block(j * w[i] + w[i + 1] if j else (w[i - 1] if i else c), w[i]))
                self.final = nn.Conv2d(b, k, 1)
            def forward(self, x):
                m = {}
                for i in range(5): m[i, 0] = x = getattr(self, f'conv{i}_0')(F.max_pool2d(x, 2) if i else x)
                for j in range(1, 5):
                    for i in range(5 - j):
                        up = F.interpolate(m[i + 1, j - 1], scale_factor=2, mode='bilinear', align_corners=True)
                        m[i, j] = getattr(self, f'conv{i}_{j}')(torch.cat([m[i, k] for k in range(j)] + [up], 1))
                return self.final(m[0, 4])
        net = Net(2, 3, 3)
        """;

    // Two steps of training give running statistics and weights that are not the initial ones.
    private const string Train = """

        torch.manual_seed(1)
        o = torch.optim.SGD(net.parameters(), 0.05)
        for _ in range(2):
            o.zero_grad(); F.cross_entropy(net(torch.randn(2, 2, 32, 32)), torch.randint(0, 3, (2, 32, 32))).backward(); o.step()
        net.eval()
        x = torch.randn(2, 2, 64, 32)
        torch.save({'state_dict': nn.DataParallel(net).state_dict(), 'epoch': 2}, sys.argv[1])
        torch.save({'x': x, 'y': net(x).detach()}, sys.argv[2])
        """;

    [Theory]
    [InlineData("unet", 3)]
    [InlineData("attunet", 4)]
    [InlineData("unetpp", 3)]
    public void OutputsAreThoseOfTheNetworkInPython(string key, int filters)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        DebianTorch.Output((key == "unet" ? UNet : key == "attunet" ? AttentionUNet : NestedUNet) + Train, folder["net.pth"], folder["io.pth"]);
        using var network = BackboneCatalog.Create(key, new BackboneSettings(2, 3, filters, 64, 32, Seed: 9));
        ModelWeights.Load(network, folder["net.pth"]);
        network.eval();
        using var io = WeightFile.Read(folder["io.pth"]);
        var expected = io.Tensors["y"];
        var found = network.call(io.Tensors["x"]);
        var error = ((found - expected).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error < 1e-5, $"off by {error:E1} of the largest logit");

        // And through our own format.
        using var second = BackboneCatalog.Create(key, new BackboneSettings(2, 3, filters, 64, 32, Seed: 8));
        ModelWeights.Save(network, folder["net.safetensors"]);
        ModelWeights.Load(second, folder["net.safetensors"]);
        second.eval();
        Assert.True(second.call(io.Tensors["x"]).equal(found).all().item<bool>());
    }

    [Fact]
    public void OtherNamesAreMappedAndTheErrorSaysHow()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var network = new UNet(1, 3, 2, seed: 1);
        // The last layer is called head, everything lies under net, and there is a head for training that we have not.
        var theirs = network.state_dict().Select(pair => KeyValuePair.Create("net." + pair.Key.Replace("conv_final", "head"), pair.Value))
            .Append(new("net.auxiliary.weight", ones(2)));
        SafeTensors.Write(folder["x.safetensors"], theirs);
        using var other = new UNet(1, 3, 2, seed: 2);
        var error = Assert.Throws<InvalidDataException>(() => ModelWeights.Load(other, folder["x.safetensors"]));
        Assert.Contains("down.0.l1.conv.weight is missing", error.Message);
        Assert.Contains("name map", error.Message);
        ModelWeights.Load(other, folder["x.safetensors"], NameMap.Parse("""{"net.head": "conv_final", "net.auxiliary": null, "net": ""}"""));
        foreach (var (name, value) in network.state_dict()) Assert.True(other.state_dict()[name].equal(value).all().item<bool>(), name);
    }
}
