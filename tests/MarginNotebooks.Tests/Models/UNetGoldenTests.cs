using System.Text.Json;
using MarginNotebooks.Models;
using MarginNotebooks.Tests.Golden;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

/// <summary>Names, shapes, logits and gradient norms of the authors' networks, from every file of the folder <c>model</c>.</summary>
public sealed class UNetGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where("model", _ => true);

    public static TheoryData<string> ForwardFiles => GoldenFiles.Where("model", golden => golden.TryGetProperty("expected", out _));

    [Theory]
    [MemberData(nameof(Files))]
    public void NamesShapesAndCountAreTheAuthors(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = Build(golden, file);
        using var scope = NewDisposeScope();
        var wanted = golden.GetProperty("state_dict").EnumerateArray()
            .Select(entry => $"{entry[0].GetString()} ({string.Join(",", GoldenFiles.Longs(entry[1]))})");
        Assert.Equal(wanted, network.state_dict().Select(pair => $"{pair.Key} ({string.Join(",", pair.Value.shape)})"));
        Assert.Equal(golden.GetProperty("parameter_count").GetInt64(), network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [MemberData(nameof(ForwardFiles))]
    public void LogitsLossAndGradientNormsAreTheAuthors(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = Build(golden, file);
        Check(golden, network, input => input);
    }

    [Theory]
    [MemberData(nameof(ForwardFiles))]
    public void ChannelsLastGivesTheSame(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var network = Build(golden, file);
        using var flat = new FlatParameters(network, MemoryLayout.ChannelsLast);
        Check(golden, network, input => input.ToLayout(MemoryLayout.ChannelsLast));
    }

    private static UNet Build(JsonElement golden, string file)
    {
        var first = golden.GetProperty("state_dict")[0][0].GetString();
        if (first != "down.0.l1.conv.weight")
            Assert.Skip($"{file} describes a network that is not implemented yet: {golden.GetProperty("reference")}.");
        var parameters = golden.GetProperty("params");
        return new UNet(parameters.GetProperty("input_channels").GetInt32(), parameters.GetProperty("num_classes").GetInt32(),
            parameters.GetProperty("filters_base").GetInt32());
    }

    private static void Check(JsonElement golden, UNet network, Func<Tensor, Tensor> arrange)
    {
        using var scope = NewDisposeScope();
        double Number(string key) => golden.GetProperty(key).GetDouble();
        Fill(network, Number("weight_step"), Number("weight_k_step"), Number("weight_phase"), Number("weight_gain"));
        var shape = GoldenFiles.Longs(golden.GetProperty("input_shape"));
        var (inputStep, inputPhase) = (Number("input_step"), Number("input_phase"));
        var input = tensor(Wave(shape.Aggregate((a, b) => a * b), i => Math.Cos(inputStep * i + inputPhase), 1), shape);
        var classes = golden.GetProperty("num_classes").GetInt64();
        var labels = (arange(shape[0] * shape[2] * shape[3], ScalarType.Int64) % classes).view(shape[0], shape[2], shape[3]);

        network.eval();
        var logits = network.call(arrange(input));
        var loss = nn.functional.cross_entropy(logits, labels);
        loss.backward();

        var expected = golden.GetProperty("expected");
        var scale = golden.GetProperty("float64_check").GetProperty("logit_abs_max").GetDouble();
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("logits_shape")), logits.shape);
        var wanted = GoldenFiles.Floats(expected.GetProperty("logits"));
        var found = logits.detach().contiguous().data<float>().ToArray();
        Assert.Equal(wanted.Length, found.Length);
        // The network is deep and the weights large: float32 itself differs from float64 by up to 1e-5 of the largest logit.
        Assert.True(wanted.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) <= 3e-5 * scale);
        Assert.Equal(expected.GetProperty("cross_entropy").GetDouble(), loss.item<float>(), 1e-5 * Math.Max(1, scale));

        var norms = network.named_parameters()
            .ToDictionary(p => p.name, p => p.parameter.grad is { } gradient ? (double)gradient.norm().item<float>() : 0);
        // Where nearly all gradients vanish, even the authors' float32 is off by more than the tolerance: their file says by how much.
        var ownError = golden.GetProperty("float64_check").GetProperty("max_relative_difference_of_a_parameter_gradient_norm").GetDouble();
        var tolerance = Math.Max(1e-3, 3 * ownError);
        foreach (var norm in expected.GetProperty("grad_norm_per_parameter").EnumerateObject())
            Assert.True(Math.Abs(norm.Value.GetDouble() - norms[norm.Name]) <= tolerance * norm.Value.GetDouble() + 1e-9,
                $"{norm.Name}: gradient norm {norms[norm.Name]:R}, expected {norm.Value}");
        Assert.Equal(1, Math.Sqrt(norms.Values.Sum(n => n * n)) / expected.GetProperty("grad_norm").GetDouble(), tolerance);
    }

    // The rule is in the files, in words: a wave over the state dict, scaled by the fan-in.
    private static void Fill(UNet network, double step, double kStep, double phase, double gain)
    {
        using var _ = no_grad();
        var k = 0;
        foreach (var (name, value) in network.state_dict())
        {
            var scale = value.ndim >= 2 ? gain / Math.Sqrt((double)(value.numel() / value.shape[0])) : 0.01;
            var index = k++;
            using var filled = tensor(Wave(value.numel(), i => Math.Sin(step * i + kStep * index + phase), scale), value.shape);
            value.copy_(filled);
        }
    }

    private static float[] Wave(long count, Func<long, double> wave, double scale)
        => [.. Enumerable.Range(0, (int)count).Select(i => (float)(wave(i) * scale))];
}
