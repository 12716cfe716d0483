namespace MarginNotebooks.Tests.Losses;

/// <summary>Comparison with a relative and an absolute tolerance; NaN is close to nothing.</summary>
internal static class Close
{
    public static void Number(double expected, double actual, double relative, double absolute, string what)
    {
        var allowed = relative * Math.Abs(expected) + absolute;
        Assert.True(
            Math.Abs(expected - actual) <= allowed,
            $"{what}: expected {expected:R}, got {actual:R}, off by {Math.Abs(expected - actual):G3} > {allowed:G3}");
    }

    public static void Array(double[] expected, double[] actual, double relative, double absolute, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Number(expected[i], actual[i], relative, absolute, $"{what} [{i}]");
    }
}
