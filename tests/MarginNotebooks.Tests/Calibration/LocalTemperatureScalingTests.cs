using System.Text.Json;
using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Data;
using MarginNotebooks.Tests.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class LocalTemperatureScalingTests
{
    private const string Script = """
        import json, sys
        import numpy as np, torch
        import torch.nn.functional as F
        t = json.load(open(sys.argv[1]))
        get = lambda k: torch.tensor(t[k]['values'], dtype=torch.float64).reshape(t[k]['shape'])
        mode = 'reflect' if t['reflect'] else 'replicate'
        conv = lambda x, w, b: F.conv2d(F.pad(x, (4, 4, 4, 4), mode=mode), w, b, dilation=2)
        z, w, b = get('logits'), get('logits_weight'), get('logits_bias')
        maps = [conv(z, w[i:i + 1], b[i:i + 1]) for i in range(8)]
        blend = lambda x, y, g: x * torch.sigmoid(g) + y * (1 - torch.sigmoid(g))
        leaves = [m + 1 for m in maps[:4]]
        T = blend(blend(leaves[0], leaves[1], maps[4]), blend(leaves[2], leaves[3], maps[5]), maps[6])
        if 'image' in t:
            T = blend(T, conv(get('image'), get('image_weight'), get('image_bias')) + 1, maps[7])
        json.dump((F.relu(T + 1 - 0.05) + 0.05).flatten().tolist(), sys.stdout)
        """;

    [Theory]
    [InlineData(3, 1, 12, 17)]
    [InlineData(5, 4, 9, 9)]
    [InlineData(2, 0, 8, 6)]
    [InlineData(3, 2, 3, 20)]
    public void The_network_is_the_authors_as_PyTorch_computes_it(int classes, int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        using var network = new LocalTemperatureNetwork(classes, channels, 1.5, seed: 3);
        using (no_grad())
            foreach (var (name, parameter) in network.named_parameters())
                parameter.add_(randn(parameter.shape, generator: random) * 0.1);
        var logits = randn([2, classes, height, width], generator: random) * 2;
        var image = channels > 0 ? randn([2, channels, height, width], generator: random) : null;
        var task = new Dictionary<string, object> { ["reflect"] = height > 4 && width > 4, ["logits"] = Json(logits) };
        if (image is not null)
            task["image"] = Json(image);
        foreach (var (name, parameter) in network.named_parameters())
            task[name] = Json(parameter);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "task.json");
        File.WriteAllText(path, JsonSerializer.Serialize(task));
        var expected = JsonSerializer.Deserialize<double[]>(PythonTool.Run(["torch", "numpy"], Script, path))!;
        var found = network.Temperatures(logits, image);
        Assert.Equal([2, 1, height, width], found.shape);
        Close.Array(expected, MadeUpPixels.Numbers(found.detach()), 1e-5, 1e-5, "T");

        static object Json(Tensor tensor) => new { shape = tensor.shape, values = MadeUpPixels.Numbers(tensor.detach()) };
    }

    [Fact]
    public void It_starts_at_temperature_scaling_and_finds_where_the_image_says_doubt()
    {
        using var scope = NewDisposeScope();
        var batches = new[] { Half(1), Half(2), Half(3), Half(4) };
        using var plain = new TemperatureCalibrator();
        var global = plain.FitHere(batches);
        using var none = new LocalTemperatureScaling { Epochs = 0 };
        Assert.Equal(global.LossAfter, none.FitHere(batches).LossAfter, 1e-5);
        using var local = new LocalTemperatureScaling { Epochs = 80, LearningRate = 0.05 };
        var fit = local.FitHere(batches);
        Assert.True(fit.LossAfter < global.LossAfter - 0.02, $"{fit.LossAfter} against {global.LossAfter}");
        // Where the image is bright, logits are three times too large.
        var test = Half(5);
        var temperatures = local.Temperatures(test.Logits, test.Image);
        var (doubtful, sure) = (temperatures[.., .., .., 20..].mean().item<float>(), temperatures[.., .., .., ..12].mean().item<float>());
        Assert.True(doubtful > 1.5 * sure, $"T is {doubtful} and {sure}");
        var (after, before) = (MadeUpPixels.Loss(local.Apply(test.Logits, test.Image), test.Labels), MadeUpPixels.Loss(plain.Apply(test.Logits), test.Labels));
        Assert.True(after < before - 0.01, $"{after} against {before}");
    }

    [Fact]
    public void The_best_epoch_is_kept_however_wild_the_last()
    {
        using var scope = NewDisposeScope();
        var batches = new[] { Half(6) };
        using var none = new LocalTemperatureScaling { Epochs = 0 };
        using var wild = new LocalTemperatureScaling { Epochs = 5, LearningRate = 1000 };
        Assert.True(wild.FitHere(batches).LossAfter <= none.FitHere(batches).LossAfter);
        Assert.Equal(wild.LastFit!.LossAfter, MadeUpPixels.Loss(wild.Apply(batches[0].Logits, batches[0].Image), batches[0].Labels), 1e-5);
    }

    [Fact]
    public void An_image_that_is_missing_or_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        var data = Half(7);
        using var calibrator = new LocalTemperatureScaling { Epochs = 0 };
        calibrator.FitHere([data]);
        Assert.Contains("image", Assert.Throws<ArgumentException>(() => calibrator.Apply(data.Logits)).Message);
        Assert.Contains("(1, 3, 32, 32)", Assert.Throws<ArgumentException>(() => calibrator.Apply(data.Logits, zeros(1, 3, 32, 32))).Message);
        using var blind = new LocalTemperatureScaling { Epochs = 0, UsesImage = false };
        blind.FitHere([data]);
        Assert.Equal(data.Logits.shape, blind.Apply(data.Logits).shape);
    }

    // Honest on the left, three times too sure on the right, where the image is bright.
    private static CalibrationBatch Half(int seed)
    {
        var honest = MadeUpPixels.Draw(seed, 3, 32 * 32, spread: 1.5, shape: [32, 32]);
        var right = (arange(32) >= 16).to(ScalarType.Float32).view(1, 1, 1, 32);
        return new CalibrationBatch(honest.Logits * (1 + 2 * right), honest.Labels, right.expand(1, 1, 32, 32).contiguous());
    }
}
