using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class SurfaceDistancesTests
{
    [Fact]
    public void Equals_scipy_on_random_masks_in_two_and_three_dimensions()
    {
        var random = new Random(11);
        var cases = new List<(bool[] Result, bool[] Reference, int[] Shape, double[] Spacing)>();
        foreach (var density in new[] { 0.03, 0.3, 0.85 })
        {
            foreach (var shape in new int[][] { [23, 31], [1, 19, 17], [9, 14, 11], [17, 1, 6], [40] })
            {
                var spacing = shape.Select(_ => 0.3 + 4 * random.NextDouble()).ToArray();
                cases.Add((Masks.Noise(random, shape, density), Masks.Noise(random, shape, density), shape, spacing));
                cases.Add((Blob(shape), Blob(shape), shape, spacing));
            }
        }

        var expected = ScipyReference.Distances(cases);
        for (var i = 0; i < cases.Count; i++)
        {
            var d = SurfaceDistances.Between(cases[i].Result, cases[i].Reference, cases[i].Shape, cases[i].Spacing);
            double[] actual = [d.Hd95, d.Hd, d.Asd, d.Assd, d.WithinTolerance(1.7)];
            for (var k = 0; k < actual.Length; k++)
                Assert.Equal(expected[i][k], actual[k], 1e-9);
        }

        bool[] Blob(int[] shape) => Masks.Ball(random, shape, (0, 1), (2, 4));
    }

    [Fact]
    public void Identical_masks_have_distance_zero_and_swapping_swaps_the_directions()
    {
        bool[] a = [false, true, true, false, true, false, false, false, false];
        bool[] b = [false, false, true, false, false, false, false, false, true];
        var same = SurfaceDistances.Between(a, a, [3, 3], [1, 1]);
        Assert.Equal(0, same.Hd);
        Assert.Equal(0, same.Assd);
        var forth = SurfaceDistances.Between(a, b, [3, 3], [1, 2]);
        var back = SurfaceDistances.Between(b, a, [3, 3], [1, 2]);
        Assert.Equal(forth.Asd, back.AsdReverse);
        Assert.Equal(forth.Hd95, back.Hd95);
        Assert.NotEqual(forth.Asd, forth.AsdReverse);
    }

    [Fact]
    public void Distance_scales_with_the_spacing()
    {
        var (a, b) = (new bool[24], new bool[24]);
        a[3] = b[20] = true;
        Assert.Equal(17 * 2.5, SurfaceDistances.Between(a, b, [24], [2.5]).Hd, 1e-12);
    }

    [Fact]
    public void An_empty_mask_has_no_distance()
    {
        var d = SurfaceDistances.Between(new bool[9], [.. Enumerable.Repeat(true, 9)], [3, 3], [1, 1]);
        Assert.False(d.IsDefined);
        Assert.True(double.IsNaN(d.WithinTolerance(1)));
        Assert.True(double.IsNaN(d.Hd) && double.IsNaN(d.Hd95) && double.IsNaN(d.Asd) && double.IsNaN(d.Assd));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_spacing_that_is_no_length_is_refused(double step)
    {
        var error = Assert.Throws<ArgumentException>(() => SurfaceDistances.Between(new bool[4], new bool[4], [2, 2], [1, step]));
        Assert.Contains("positive", error.Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_tolerance_that_is_no_length_is_refused(double tolerance) => Assert.Contains("tolerance",
        Assert.Throws<ArgumentOutOfRangeException>(() => SurfaceDistances.Between([true], [true], [1], [1]).WithinTolerance(tolerance)).Message);

    [Fact]
    public void Sizes_that_do_not_fit_are_named()
    {
        Assert.Contains("6", Assert.Throws<ArgumentException>(() => SurfaceDistances.Between(new bool[4], new bool[4], [2, 3], [1, 1])).Message);
        Assert.Contains("5", Assert.Throws<ArgumentException>(() => SurfaceDistances.Between(new bool[4], new bool[5], [2, 2], [1, 1])).Message);
    }
}
