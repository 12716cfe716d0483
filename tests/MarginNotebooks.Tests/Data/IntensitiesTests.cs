using System.Globalization;
using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class IntensitiesTests
{
    [Fact]
    public void Min_max_spans_zero_to_one_in_each_channel()
    {
        var item = Cases.Make("a", channels: 2, depth: 4).Normalised(IntensityNormalisation.MinMax);
        foreach (var channel in item.Image.Chunk(item.Image.Length / 2))
            Assert.Equal((0f, 1f), (channel.Min(), channel.Max()));
        Assert.Equal(item.Image, item.Normalised(IntensityNormalisation.MinMax).Image);
    }

    [Fact]
    public void Z_score_has_mean_zero_and_deviation_one()
    {
        var values = Cases.Make("a", depth: 20).Normalised(IntensityNormalisation.ZScore).Image;
        Assert.Equal(0, values.Average(value => (double)value), 1e-6);
        Assert.Equal(1, values.Average(value => (double)value * value), 1e-6);
    }

    [Fact]
    public void Percentiles_are_those_of_numpy()
    {
        var item = Cases.Make("a", depth: 11, seed: 4);
        var text = string.Join(',', item.Image.Select(value => value.ToString("r", CultureInfo.InvariantCulture)));
        var output = PythonTool.Run(["numpy"], """
            import sys, numpy as np
            x = np.array(sys.argv[1].split(','), 'f4').astype('f8')
            low, high = np.percentile(x, [1, 99])
            print(' '.join(repr(float(v)) for v in (np.clip(x, low, high) - low) / (high - low)))
            """, text);
        var expected =
            output.Split(' ', StringSplitOptions.TrimEntries).Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        var actual = item.Normalised(IntensityNormalisation.Percentile).Image;
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }

    [Theory]
    [InlineData(IntensityNormalisation.MinMax)]
    [InlineData(IntensityNormalisation.Percentile)]
    [InlineData(IntensityNormalisation.ZScore)]
    public void A_constant_image_becomes_zero(IntensityNormalisation normalisation)
    {
        var values = new float[] { 7, 7, 7, 7 };
        Intensities.Normalise(values, normalisation);
        Assert.All(values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_source_is_never_changed()
    {
        var item = Cases.Make("a");
        var before = item.Image.ToArray();
        item.Normalised(IntensityNormalisation.ZScore);
        Assert.Equal(before, item.Image);
        Assert.Same(item, item.Normalised(IntensityNormalisation.None));
    }
}
