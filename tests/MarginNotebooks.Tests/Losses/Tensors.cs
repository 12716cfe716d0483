using System.Text.Json;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>Tensors for tests of losses.</summary>
internal static class Tensors
{
    public static Tensor From(JsonElement file, string values, string shape) =>
        tensor(GoldenFiles.Floats(file.GetProperty(values))).reshape(GoldenFiles.Longs(file.GetProperty(shape)));

    public static Tensor Labels(JsonElement file)
    {
        var shape = GoldenFiles.Longs(file.GetProperty("shape"));
        long[] labelShape = [shape[0], .. shape[2..]];
        return tensor(GoldenFiles.Longs(file.GetProperty("labels"))).reshape(labelShape);
    }

    /// <summary>Row-major values, whatever the strides and the type.</summary>
    public static double[] Flat(Tensor t)
    {
        using var scope = NewDisposeScope();
        return t.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    /// <summary>Seeded logits, wide enough that margins of a few units are active on some and not on others.</summary>
    public static Tensor Logits(int seed, ScalarType type, params long[] shape)
    {
        var random = new Random(seed);
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var values = Enumerable.Range(0, (int)count).Select(_ => (random.NextDouble() - 0.5) * 16).ToArray();
        return tensor(values).to(type).reshape(shape);
    }

    /// <summary>Seeded labels 0..classes-1.</summary>
    public static Tensor Classes(int seed, int classes, params long[] shape)
    {
        var random = new Random(seed);
        var count = shape.Aggregate(1L, (a, b) => a * b);
        return tensor(Enumerable.Range(0, (int)count).Select(_ => (long)random.Next(classes)).ToArray()).reshape(shape);
    }

    /// <summary>Seeded labels with some pixels, at least one, set to the ignored value.</summary>
    public static Tensor WithIgnored(Tensor labels, int seed, long ignored)
    {
        var random = new Random(seed);
        var values = labels.contiguous().data<long>().ToArray();
        for (var i = 0; i < values.Length; i++)
            if (i == values.Length / 2 || random.Next(3) == 0)
                values[i] = ignored;
        return tensor(values).reshape(labels.shape);
    }
}
