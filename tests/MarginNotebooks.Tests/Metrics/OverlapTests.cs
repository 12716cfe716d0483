using System.Text.Json;
using MarginNotebooks.Metrics;
using MarginNotebooks.Tests.Data;

namespace MarginNotebooks.Tests.Metrics;

public sealed class OverlapTests
{
    private const string Script = """
        import json, sys
        import numpy as np
        from sklearn.metrics import f1_score, jaccard_score, precision_score, recall_score
        out = []
        for p, r in json.load(open(sys.argv[1])):
            p, r = np.array(p), np.array(r)
            out.append([f1_score(r, p), jaccard_score(r, p), recall_score(r, p), precision_score(r, p), recall_score(1 - r, 1 - p)])
        print(json.dumps(out))
        """;

    [Fact]
    public void Equals_scikit_learn_on_random_masks()
    {
        var random = new Random(3);
        var cases = Enumerable.Range(0, 12).Select(i => new[] { Mask(random, 0.1 + 0.07 * i), Mask(random, 0.5) }).ToArray();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "masks.json");
        File.WriteAllText(path, JsonSerializer.Serialize(cases.Select(pair => pair.Select(mask => mask.Select(v => v ? 1 : 0)))));
        var expected = JsonSerializer.Deserialize<double[][]>(PythonTool.Run(["numpy", "sklearn"], Script, path))!;
        for (var i = 0; i < cases.Length; i++)
        {
            var o = Overlap.Of(cases[i][0], cases[i][1]);
            double[] actual = [o.Dice, o.IoU, o.Sensitivity, o.Precision, o.Specificity];
            for (var k = 0; k < actual.Length; k++)
                Assert.Equal(expected[i][k], actual[k], 1e-12);
        }
    }

    [Fact]
    public void Empty_masks_leave_ratios_without_denominator_undefined()
    {
        bool[] none = [false, false, false], some = [true, false, false];
        var missed = Overlap.Of(none, some);
        Assert.Equal(0, missed.Dice);
        Assert.Equal(0, missed.Sensitivity);
        Assert.Equal(double.NaN, missed.Precision);
        var spurious = Overlap.Of(some, none);
        Assert.Equal(double.NaN, spurious.Sensitivity);
        Assert.Equal(0, spurious.Precision);
        Assert.Equal(2 / 3.0, spurious.Specificity, 1e-15);
        var absent = Overlap.Of(none, none);
        Assert.True(double.IsNaN(absent.Dice) && double.IsNaN(absent.IoU) && double.IsNaN(absent.Precision));
        Assert.Equal(double.NaN, Overlap.Of([true], [true]).Specificity);
        Assert.Equal(double.NaN, new Overlap(1, 2, 3).Specificity);
    }

    [Fact]
    public void Identity_symmetry_and_permutation()
    {
        var random = new Random(8);
        var (a, b) = (Mask(random, 0.4), Mask(random, 0.3));
        var same = Overlap.Of(a, a);
        Assert.Equal((1.0, 1.0, 1.0, 1.0, 1.0), (same.Dice, same.IoU, same.Sensitivity, same.Precision, same.Specificity));
        var (forth, back) = (Overlap.Of(a, b), Overlap.Of(b, a));
        Assert.Equal((forth.Dice, forth.IoU, forth.Sensitivity, forth.Precision), (back.Dice, back.IoU, back.Precision, back.Sensitivity));
        Assert.Equal(2 / (1 / forth.Sensitivity + 1 / forth.Precision), forth.Dice, 1e-12);
        var order = Enumerable.Range(0, a.Length).ToArray();
        random.Shuffle(order);
        Assert.Equal(forth, Overlap.Of([.. order.Select(i => a[i])], [.. order.Select(i => b[i])]));
    }

    private static bool[] Mask(Random random, double density) => [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble() < density)];
}
