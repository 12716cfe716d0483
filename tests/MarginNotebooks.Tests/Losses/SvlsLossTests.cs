using MarginNotebooks.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class SvlsLossTests
{
    [Theory]
    [InlineData(0.5, 3, null)]
    [InlineData(2.0, 3, 255L)]
    [InlineData(1.0, 5, null)]
    [InlineData(1.0, 5, 1L)]
    public void Targets_in_three_dimensions_follow_the_definition(double sigma, int width, long? ignored)
    {
        using var scope = NewDisposeScope();
        long[] size = [4, 3, 5];
        var labels = Tensors.Classes(1, 3, [1, .. size]);
        if (ignored is { } value)
            labels = Tensors.WithIgnored(labels, 2, value);
        var actual = Tensors.Flat(SvlsLoss.SoftTargets(labels, 3, sigma, width, ignored));
        var classes = labels.data<long>().ToArray();
        var counted = classes.Select(c => c != ignored).ToArray();
        var expected = Reference(classes, size, sigma, width, ignored);
        var pixels = classes.Length;
        for (var i = 0; i < actual.Length; i++)
            if (counted[i % pixels])
                Close.Number(expected[i], actual[i], 1e-5, 1e-6, $"{i}");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void A_small_sigma_still_gives_half_to_the_nearest_neighbours(double sigma)
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[,,] { { { 1, 0, 1 }, { 0, 0, 0 }, { 1, 0, 1 } } });
        var share = SvlsLoss.SoftTargets(labels, 2, sigma)[0, 1, 1, 1].ToSingle();
        var corner = Math.Exp(-1 / (2 * sigma * sigma));
        Assert.Equal(0.5 * corner / (1 + corner), share, 1e-6);
    }

    [Fact]
    public void Where_all_labels_agree_it_is_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(3, ScalarType.Float32, 2, 3, 4, 5);
        var labels = full([2, 4, 5], 2, ScalarType.Int64);
        Close.Number(
            CrossEntropyLoss.Compute(logits, labels).ToSingle(), SvlsLoss.Compute(logits, labels, 1).ToSingle(), 1e-6, 1e-6, "SVLS");
    }

    [Fact]
    public void Impossible_kernels_are_refused()
    {
        Assert.Contains("4", Assert.Throws<ArgumentOutOfRangeException>(() => new SvlsLoss(1, 4)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SvlsLoss(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SvlsLoss(0));
    }

    /// <summary>The definition, a pixel and a neighbour at a time.</summary>
    private static double[] Reference(long[] labels, long[] size, double sigma, int width, long? ignored)
    {
        var (d, h, w, r) = (size[0], size[1], size[2], width / 2);
        var result = new double[3 * labels.Length];
        double Weight(long a, long b, long c) => Math.Exp(-((a * a) + (b * b) + (c * c)) / (2 * sigma * sigma));
        var neighbourSum = -1.0;
        for (var a = -r; a <= r; a++)
            for (var b = -r; b <= r; b++)
                for (var c = -r; c <= r; c++)
                    neighbourSum += Weight(a, b, c);
        for (var z = 0L; z < d; z++)
            for (var y = 0L; y < h; y++)
                for (var x = 0L; x < w; x++)
                {
                    var weights = new double[3];
                    for (var a = -r; a <= r; a++)
                        for (var b = -r; b <= r; b++)
                            for (var c = -r; c <= r; c++)
                            {
                                var (i, j, k) = (Math.Clamp(z + a, 0, d - 1), Math.Clamp(y + b, 0, h - 1), Math.Clamp(x + c, 0, w - 1));
                                var label = labels[(((i * h) + j) * w) + k];
                                if (label != ignored)
                                    weights[label] += (a, b, c) == (0, 0, 0) ? 1 : Weight(a, b, c) / neighbourSum;
                            }
                    for (var label = 0; label < 3; label++)
                        result[(label * labels.Length) + (((z * h) + y) * w) + x] = weights[label] / weights.Sum();
                }
        return result;
    }
}
