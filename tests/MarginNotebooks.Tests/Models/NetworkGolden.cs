using System.Text.Json;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

/// <summary>What the golden files say of a network, and the comparison with ours.</summary>
internal static class NetworkGolden
{
    /// <summary>The reference of the authors' U-Net, their Attention U-Net and their TransUNet, as the files name them.</summary>
    public const string UNet = "unet.py UNet";
    public const string AttentionUNet = "attunet.py AttU_Net";
    public const string TransUNet = "vit_seg_modeling.py transfomer_model";

    public static TheoryData<string> Files(string reference, bool forwardOnly = false) => GoldenFiles.Where("model", golden =>
        IsOf(golden, reference) && (!forwardOnly || golden.TryGetProperty("expected", out _)));

    public static bool IsOf(JsonElement golden, string reference) =>
        golden.GetProperty("reference").GetString()!.EndsWith($"/{reference}", StringComparison.Ordinal);

    public static int Parameter(JsonElement golden, string name) => golden.GetProperty("params").GetProperty(name).GetInt32();

    public static void CheckNames(JsonElement golden, nn.Module network)
    {
        using var scope = NewDisposeScope();
        var wanted = golden.GetProperty("state_dict").EnumerateArray()
            .Select(entry => $"{entry[0].GetString()} ({string.Join(",", GoldenFiles.Longs(entry[1]))})");
        Assert.Equal(wanted, network.state_dict().Select(pair => $"{pair.Key} ({string.Join(",", pair.Value.shape)})"));
        Assert.Equal(golden.GetProperty("parameter_count").GetInt64(), network.parameters().Sum(p => p.numel()));
    }

    public static void CheckForward(JsonElement golden, nn.Module<Tensor, Tensor> network, Func<Tensor, Tensor> arrange)
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

    // The rule is in the files, in words: a wave over the state dict, scaled by the fan-in; running statistics stay fresh.
    private static void Fill(nn.Module network, double step, double kStep, double phase, double gain)
    {
        using var _ = no_grad();
        var k = 0;
        foreach (var (name, value) in network.state_dict())
        {
            var index = k++;
            var last = name[(name.LastIndexOf('.') + 1)..];
            if (last is "running_mean" or "running_var" or "num_batches_tracked") continue;
            var (offset, scale) = value.ndim >= 2 ? (0, gain / Math.Sqrt((double)(value.numel() / value.shape[0])))
                : last == "bias" ? (0, 0.01) : (1.0, 0.1);
            using var filled = tensor(Wave(value.numel(), i => Math.Sin(step * i + kStep * index + phase), scale, offset), value.shape);
            value.copy_(filled);
        }
        foreach (var parameter in network.parameters()) parameter.grad?.zero_();
    }

    private static float[] Wave(long count, Func<long, double> wave, double scale, double offset = 0)
        => [.. Enumerable.Range(0, (int)count).Select(i => (float)(offset + wave(i) * scale))];
}
