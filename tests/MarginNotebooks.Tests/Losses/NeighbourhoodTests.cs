using MarginNotebooks.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>
/// Neighbourhood targets against the definition, a pixel at a time, in three dimensions, with ignored pixels and both borders.
/// </summary>
public sealed class NeighbourhoodTests
{
    private const int C = 4;
    private static readonly long[] Size = [3, 4, 2];

    public static TheoryData<NeighbourhoodOperator> Operators =>
        [.. Enum.GetValues<NeighbourhoodOperator>().Where(kind => kind != NeighbourhoodOperator.Gaussian)];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Targets_follow_the_definition(NeighbourhoodOperator kind)
    {
        using var scope = NewDisposeScope();
        var random = new Random(7);
        var image = Enumerable.Range(0, 24).Select(_ => (float)random.NextDouble()).ToArray();
        foreach (var border in Enum.GetValues<NeighbourhoodBorder>())
            foreach (var ignored in new long?[] { null, 255, 0, 2 })
            {
                var labels = Tensors.Classes(1, C, [1, .. Size]);
                if (ignored is { } value)
                    labels = Tensors.WithIgnored(labels, 2, value);
                var neighbourhood = new Neighbourhood(kind) { Border = border, Sigma = 0.8, IntensitySigma = 0.4 };
                var actual = Tensors.Flat(neighbourhood.Targets(labels, C, tensor(image).reshape([1, 1, .. Size]), ignored));
                var classes = labels.data<long>().ToArray();
                for (var pixel = 0; pixel < 24; pixel++)
                {
                    if (classes[pixel] == ignored)
                        continue;
                    var expected = Reference(kind, border, classes, image, pixel, ignored);
                    for (var c = 0; c < C; c++)
                        Close.Number(expected[c], actual[(c * 24) + pixel], 1e-5, 1e-6,
                            $"{kind} {border} ignoring {ignored}, pixel {pixel} class {c}");
                }
            }
    }

    [Fact]
    public void Several_image_channels_average_their_differences()
    {
        using var scope = NewDisposeScope();
        var labels = Tensors.Classes(3, C, 1, 4, 5);
        var image = rand(1, 1, 4, 5);
        foreach (var kind in Enum.GetValues<NeighbourhoodOperator>())
        {
            var neighbourhood = new Neighbourhood(kind);
            var expected = Tensors.Flat(neighbourhood.Targets(labels, C, image));
            Close.Array(expected, Tensors.Flat(neighbourhood.Targets(labels, C, cat([image, image, image], 1))), 1e-5, 1e-6, $"{kind}");
        }
    }

    [Fact]
    public void The_Gaussian_is_that_of_SVLS()
    {
        using var scope = NewDisposeScope();
        var labels = Tensors.Classes(4, C, 2, 4, 5);
        var targets = new Neighbourhood(NeighbourhoodOperator.Gaussian) { KernelSize = 5, Sigma = 1.3 }.Targets(labels, C);
        Assert.Equal(Tensors.Flat(SvlsLoss.SoftTargets(labels, C, 1.3, 5)), Tensors.Flat(targets));
    }

    [Fact]
    public void A_missing_or_misshapen_image_is_an_error()
    {
        using var scope = NewDisposeScope();
        var loss = new NaclLoss(new Neighbourhood(NeighbourhoodOperator.Bilateral), NaclPrediction.Logits, NaclDistance.Absolute, 0.1);
        Assert.True(loss.NeedsImage);
        var logits = Tensors.Logits(5, ScalarType.Float32, 2, C, 4, 5);
        var labels = Tensors.Classes(5, C, 2, 4, 5);
        Assert.Contains("image", Assert.Throws<ArgumentException>(() => loss.Forward(logits, labels)).Message);
        Assert.Contains("(2, 1, 5, 4)", Assert.Throws<ArgumentException>(() => loss.Forward(logits, labels, rand(2, 1, 5, 4))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Neighbourhood(NeighbourhoodOperator.Mean) { KernelSize = 4 });
    }

    [Fact]
    public void Image_neighbourhoods_keep_the_promises_of_a_loss()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in new[] { NeighbourhoodOperator.Bilateral, NeighbourhoodOperator.ImageProportionsL2 })
        {
            var loss = new NaclLoss(new Neighbourhood(kind), NaclPrediction.Probabilities, NaclDistance.Absolute, 0.1)
            { IgnoreIndex = 255 };
            var logits = Tensors.Logits(6, ScalarType.Float32, 1, C, 2, 2).requires_grad_();
            var image = rand(1, 1, 2, 2);
            var nothing = loss.Forward(logits, full([1, 2, 2], 255, ScalarType.Int64), image).Total;
            Assert.Equal(0, nothing.ToSingle());
            nothing.backward();
            Assert.All(Tensors.Flat(logits.grad!), value => Assert.Equal(0, value));
            var one = full([1, 2, 2], 255, ScalarType.Int64);
            one[0, 1, 1] = 3;
            Assert.True(float.IsFinite(loss.Forward(logits, one, image).Total.ToSingle()));
        }
    }

    private static double[] Reference(
        NeighbourhoodOperator kind, NeighbourhoodBorder border, long[] labels, float[] image, int pixel, long? ignored)
    {
        var (h, w) = (Size[1], Size[2]);
        long[] at = [pixel / (h * w), pixel / w % h, pixel % w];
        var found = new List<(long Label, double Difference, double Gauss)>();
        var gaussSum = 0.0;
        for (var a = -1; a <= 1; a++)
            for (var b = -1; b <= 1; b++)
                for (var c = -1; c <= 1; c++)
                {
                    var gauss = Math.Exp(-((a * a) + (b * b) + (c * c)) / (2 * 0.8 * 0.8));
                    gaussSum += gauss;
                    long[] to = [at[0] + a, at[1] + b, at[2] + c];
                    var clamped = to.Select((value, axis) => Math.Clamp(value, 0, Size[axis] - 1)).ToArray();
                    var outside = border == NeighbourhoodBorder.Background && !clamped.SequenceEqual(to);
                    var index = (((clamped[0] * h) + clamped[1]) * w) + clamped[2];
                    var label = outside ? 0 : labels[index];
                    if (label != ignored)
                        found.Add((label, (outside ? 0 : image[index]) - image[pixel], gauss));
                }
        double Weight((long Label, double Difference, double Gauss) n) => kind switch
        {
            NeighbourhoodOperator.Bilateral => Math.Abs(n.Difference) * n.Gauss / gaussSum / found.Count,
            NeighbourhoodOperator.Gradient => Math.Abs(n.Difference) / found.Count,
            NeighbourhoodOperator.ImageProportionsL1 => Math.Exp(-Math.Abs(n.Difference)),
            NeighbourhoodOperator.ImageProportionsL2 => Math.Exp(-n.Difference * n.Difference),
            NeighbourhoodOperator.BilateralFilter => Math.Exp(-n.Difference * n.Difference / (2 * 0.4 * 0.4)) * n.Gauss,
            _ => 1.0 / found.Count,
        };
        var sorted = found.Select(n => n.Label).Order().ToList();
        long? chosen = kind switch
        {
            NeighbourhoodOperator.Max => sorted[^1],
            NeighbourhoodOperator.Min => sorted[0],
            NeighbourhoodOperator.Median => sorted[(sorted.Count - 1) / 2],
            NeighbourhoodOperator.Mode => sorted.GroupBy(label => label)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key,
            _ => null,
        };
        var target = new double[C];
        if (chosen is { } only)
            target[only] = 1;
        else
            foreach (var n in found)
                target[n.Label] += Weight(n);
        if (kind is NeighbourhoodOperator.ImageProportionsL1 or NeighbourhoodOperator.ImageProportionsL2 or NeighbourhoodOperator.BilateralFilter)
            return [.. target.Select(value => value / target.Sum())];
        return target;
    }
}
