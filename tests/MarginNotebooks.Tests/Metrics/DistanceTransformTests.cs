using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class DistanceTransformTests
{
    [Theory]
    [InlineData(1, new[] { 7, 9, 5 }, new[] { 1.0, 1.0, 1.0 })]
    [InlineData(2, new[] { 6, 8, 9 }, new[] { 10.0, 1.5, 0.7 })]
    [InlineData(3, new[] { 13, 21 }, new[] { 0.31, 2.9 })]
    public void Equals_the_search_over_all_pairs(int seed, int[] shape, double[] spacing)
    {
        var random = new Random(seed);
        var features = Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => random.NextDouble() < 0.02).ToArray();
        features[random.Next(features.Length)] = true;
        var actual = DistanceTransform.Squared(features, shape, spacing);
        for (var i = 0; i < features.Length; i++)
            Assert.Equal(Enumerable.Range(0, features.Length).Where(j => features[j]).Min(j => Pair(i, j)), actual[i], 1e-9);

        double Pair(int i, int j)
        {
            double sum = 0;
            for (var axis = shape.Length - 1; axis >= 0; i /= shape[axis], j /= shape[axis], axis--)
                sum += Math.Pow((i % shape[axis] - j % shape[axis]) * spacing[axis], 2);
            return sum;
        }
    }

    [Fact]
    public void A_large_volume_in_parallel_equals_its_single_feature_formula()
    {
        int[] shape = [40, 64, 64];
        double[] spacing = [3, 0.8, 1.1];
        var features = new bool[40 * 64 * 64];
        features[(17 * 64 + 30) * 64 + 5] = true;
        var actual = DistanceTransform.Squared(features, shape, spacing);
        for (var i = 0; i < features.Length; i += 37)
        {
            var (z, y, x) = (i / 4096 - 17, i / 64 % 64 - 30, i % 64 - 5);
            Assert.Equal(9.0 * z * z + 0.64 * y * y + 1.21 * x * x, actual[i], 1e-9);
        }
    }

    [Fact]
    public void Without_features_every_distance_is_infinite() =>
        Assert.All(DistanceTransform.Squared(new bool[12], [3, 4], [1, 1]), value => Assert.Equal(double.PositiveInfinity, value));
}
