using MarginNotebooks.Calibration;

namespace MarginNotebooks.Tests.Calibration;

public sealed class BfgsMinimizerTests
{
    [Fact]
    public void A_badly_scaled_bowl_is_solved_to_its_tolerance()
    {
        double[] scale = [1, 1e4, 1e-3, 50];
        var found = BfgsMinimizer.Minimize(
            (x, g) =>
            {
                var sum = 0.0;
                for (var i = 0; i < x.Length; i++)
                {
                    g[i] = 2 * scale[i] * (x[i] - i);
                    sum += scale[i] * (x[i] - i) * (x[i] - i);
                }
                return sum;
            },
            [100, -100, 3000, 7], 1e-9, 500);
        Assert.True(found.Converged);
        for (var i = 0; i < 4; i++)
            Assert.Equal(i, found.Point[i], 1e-5);
    }

    [Fact]
    public void A_curved_valley_is_followed()
    {
        var found = BfgsMinimizer.Minimize(
            (x, g) =>
            {
                var (a, b) = (1 - x[0], x[1] - x[0] * x[0]);
                (g[0], g[1]) = (-2 * a - 400 * x[0] * b, 200 * b);
                return a * a + 100 * b * b;
            },
            [-1.2, 1], 1e-9, 500);
        Assert.True(found.Converged);
        Assert.Equal(1, found.Point[0], 1e-7);
        Assert.Equal(1, found.Point[1], 1e-7);
    }

    [Fact]
    public void Without_a_minimum_it_goes_down_and_says_that_it_did_not_arrive()
    {
        var found = BfgsMinimizer.Minimize((x, g) => { g[0] = -1; return -x[0]; }, [0], 1e-9, 20);
        Assert.False(found.Converged);
        Assert.True(found.Value < 0);
    }

    [Fact]
    public void Values_that_are_not_numbers_are_walked_around()
    {
        // log x is not defined left of 0, where the first step would go.
        var found = BfgsMinimizer.Minimize((x, g) => { g[0] = 1 - 1 / x[0]; return x[0] - Math.Log(x[0]); }, [1e-3], 1e-9, 200);
        Assert.True(found.Converged);
        Assert.Equal(1, found.Point[0], 1e-7);
    }
}
