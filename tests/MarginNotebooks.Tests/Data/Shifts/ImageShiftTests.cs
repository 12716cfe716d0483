using System.Globalization;
using MarginNotebooks.Data;
using MarginNotebooks.Data.Shifts;

namespace MarginNotebooks.Tests.Data.Shifts;

public sealed class ImageShiftTests
{
    private static readonly SegmentationCase Item = Cases.Make("patient1_ED", channels: 2, depth: 4, height: 33, width: 47);

    public static TheoryData<string> Keys => ["noise", "blur", "intensity"];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Strength_0_changes_nothing_and_each_stronger_one_changes_more(string key)
    {
        var shift = ShiftCatalog.Get(key);
        Assert.Equal(5, shift.Parameters.Count);
        Assert.Same(Item, shift.Apply(Item, 0));
        var changes = Enumerable.Range(0, 6).Select(strength => RootMeanSquare(shift.Apply(Item, strength).Image, Item.Image)).ToArray();
        Assert.Equal(changes.Order(), changes);
        Assert.Equal(6, changes.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => shift.Apply(Item, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => shift.Apply(Item, -1));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Labels_and_the_case_itself_stay_and_the_result_is_the_same_again(string key)
    {
        var before = Item.Image.ToArray();
        var shifted = ShiftCatalog.Get(key).Apply(Item, 3);
        Assert.Equal(before, Item.Image);
        Assert.Same(Item.Labels, shifted.Labels);
        Assert.Equal((Item.Id, Item.PatientId, Item.Spacing), (shifted.Id, shifted.PatientId, shifted.Spacing));
        Assert.Equal(shifted.Image, ShiftCatalog.Get(key).Apply(Item, 3).Image);
    }

    [Fact]
    public void Noise_has_the_stated_deviation_in_units_of_each_channel()
    {
        var large = Cases.Make("a", channels: 2, depth: 10, height: 100, width: 100);
        // The second channel is a hundred times as bright, and far from zero.
        var image = large.Image.Select((value, i) => i < large.Image.Length / 2 ? value : 1000 + (100 * value)).ToArray();
        large = large with { Image = image };
        foreach (var (strength, parameter) in new[] { (1, 0.1), (3, 0.5), (5, 2.0) })
        {
            var shifted = new GaussianNoise().Apply(large, strength);
            for (var channel = 0; channel < 2; channel++)
            {
                var noise = Channel(shifted, channel).Zip(Channel(large, channel), (a, b) => (double)a - b).ToArray();
                var deviation = Deviation(noise) / Deviation([.. Channel(large, channel).Select(value => (double)value)]);
                // 100,000 voxels: standard errors of 0.3 % of the mean's unit and of 0.2 % of the deviation.
                Assert.Equal(parameter, deviation, 0.01 * parameter);
                Assert.InRange(noise.Average() / Deviation(noise), -0.016, 0.016);
            }
        }
    }

    [Fact]
    public void Noise_depends_on_seed_case_and_channel_and_grows_without_changing_its_pattern()
    {
        var noise = new GaussianNoise();
        var flat = Item with { Image = [.. Item.Image[..(Item.Image.Length / 2)], .. Item.Image[..(Item.Image.Length / 2)]] };
        var (one, strong) = (noise.Apply(flat, 1), noise.Apply(flat, 5));
        Assert.NotEqual(Channel(one, 0), Channel(one, 1));
        Assert.NotEqual(one.Image, noise.Apply(flat with { Id = "patient1_ES" }, 1).Image);
        Assert.NotEqual(one.Image, noise.Apply(flat, 1, seed: 2).Image);
        for (var i = 0; i < flat.Image.Length; i++)
            Assert.Equal(20 * (one.Image[i] - flat.Image[i]), strong.Image[i] - flat.Image[i], 1e-4);
    }

    [Fact]
    public void Blur_keeps_constants_and_the_sum_and_never_leaves_the_range()
    {
        var blur = new GaussianBlur();
        Assert.All(blur.Apply(Item with { Image = Enumerable.Repeat(0.3f, Item.Image.Length).ToArray() }, 5).Image, value => Assert.Equal(0.3f, value, 1e-6f));
        var (low, high) = Intensities.Range(Item.Image);
        for (var strength = 1; strength <= 5; strength++)
        {
            var shifted = blur.Apply(Item, strength);
            // Mirroring at the edges keeps what leaves the slice in it.
            Assert.Equal(Item.Image.Sum(value => (double)value), shifted.Image.Sum(value => (double)value), 1e-2);
            Assert.All(shifted.Image, value => Assert.InRange(value, low, high));
        }
    }

    [Fact]
    public void Gamma_keeps_the_ends_and_the_order_of_intensities_and_darkens_the_rest()
    {
        var shifted = new GammaChange().Apply(Item, 4);
        for (var channel = 0; channel < 2; channel++)
        {
            var (before, after) = (Channel(Item, channel), Channel(shifted, channel));
            Assert.Equal(before.Min(), after.Min(), 1e-6f);
            Assert.Equal(before.Max(), after.Max(), 1e-6f);
            Assert.All(before.Zip(after), pair => Assert.True(pair.Second <= pair.First + 1e-6f));
            var order = Enumerable.Range(0, before.Length).OrderBy(i => before[i]).Select(i => after[i]).ToArray();
            Assert.Equal(order.Order(), order);
        }
        var flat = Item with { Image = new float[Item.Image.Length] };
        Assert.Equal(flat.Image, new GammaChange().Apply(flat, 5).Image);
    }

    [Fact]
    public void Padding_keeps_the_intensity_it_had()
    {
        var single = Cases.Make("b");
        var minimum = Intensities.Range(single.Image).Min;
        Assert.Equal(minimum, new GaussianNoise().Apply(single, 5).Background);
        Assert.Equal(-7f, new GaussianBlur().Apply(single with { Background = -7 }, 5).Background);
        // One number cannot stand for channels with different ends.
        Assert.Null(new GaussianNoise().Apply(Item, 5).Background);
    }

    [Theory]
    [InlineData("blur")]
    [InlineData("intensity")]
    public void The_numbers_are_those_of_SciPy_and_NumPy(string key)
    {
        var shift = ShiftCatalog.Get(key);
        // Narrower than the widest kernel, so that mirroring goes over both edges.
        var item = Cases.Make("c", channels: 2, depth: 3, height: 7, width: 19);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["image"], Bytes(item.Image));
        for (var strength = 1; strength <= 5; strength++)
        {
            PythonTool.Run(["numpy", "scipy"], """
                import sys
                import numpy as np
                from scipy import ndimage
                path, key, parameter = sys.argv[1], sys.argv[2], float(sys.argv[3])
                image = np.fromfile(path + "/image", "<f4").reshape(2, 3, 7, 19).astype(float)
                if key == "blur":
                    out = ndimage.gaussian_filter(image, (0, 0, parameter, parameter), mode="reflect", truncate=4)
                else:
                    low, high = image.min((1, 2, 3), keepdims=True), image.max((1, 2, 3), keepdims=True)
                    out = low + (high - low) * ((image - low) / (high - low)) ** parameter
                out.astype("<f4").tofile(path + "/expected")
                """, folder.Path, key, shift.ParameterOf(strength).ToString(CultureInfo.InvariantCulture));
            var expected = new float[item.Image.Length];
            Buffer.BlockCopy(File.ReadAllBytes(folder["expected"]), 0, expected, 0, expected.Length * sizeof(float));
            var actual = shift.Apply(item, strength).Image;
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 2e-6f);
        }
    }

    [Fact]
    public void Noise_is_normal_by_SciPys_test()
    {
        var item = Cases.Make("d", depth: 5, height: 40, width: 40);
        using var folder = new TemporaryFolder();
        var shifted = new GaussianNoise().Apply(item, 5);
        File.WriteAllBytes(folder["noise"], Bytes([.. shifted.Image.Zip(item.Image, (a, b) => a - b)]));
        var p = double.Parse(PythonTool.Run(["numpy", "scipy"], """
            import sys
            import numpy as np
            from scipy import stats
            noise = np.fromfile(sys.argv[1] + "/noise", "<f4").astype(float)
            print(stats.kstest(noise, "norm", args=(0, float(sys.argv[2]))).pvalue)
            """, folder.Path, (2 * Deviation([.. item.Image.Select(value => (double)value)])).ToString("R", CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        // The numbers are fixed by the seed: this one p-value either is small or is not.
        Assert.True(p > 0.01, $"Kolmogorov–Smirnov p = {p}");
    }

    [Fact]
    public void A_shift_of_ones_own_is_known_once_it_is_registered()
    {
        Assert.Throws<ArgumentException>(() => ShiftCatalog.Register(new Taken()));
        Assert.Contains("Known: noise, blur, intensity", Assert.Throws<ArgumentException>(() => ShiftCatalog.Get("dimmer")).Message);
        ShiftCatalog.Register(new Offset("test-offset"));
        Assert.Contains("test-offset", ShiftCatalog.Keys);
        var shifted = ShiftCatalog.Get("test-offset").Apply(Item, 1);
        Assert.Equal(1, (shifted.Image[0] - Item.Image[0]) / Deviation([.. Channel(Item, 0).Select(value => (double)value)]), 1e-4);
        Assert.Contains("case 'patient1_ED' NaN", Assert.Throws<InvalidOperationException>(() => new Offset("broken", double.NaN).Apply(Item, 1)).Message);
    }

    [Theory]
    [InlineData("a,b", 1)]
    [InlineData("a b", 1)]
    [InlineData("a", 0)]
    [InlineData("a", double.NaN)]
    public void A_shift_that_no_table_could_hold_is_refused(string key, double parameter) =>
        Assert.Throws<ArgumentException>(() => new Offset(key, 1, parameter));

    private static float[] Channel(SegmentationCase item, int channel) => item.Image[(channel * item.Image.Length / item.Channels)..((channel + 1) * item.Image.Length / item.Channels)];

    private static double RootMeanSquare(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Average());

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static byte[] Bytes(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private sealed class Offset(string key, double factor = 1, double parameter = 1) : ImageShift(key, "Offset", "offset (SD)", 0, [parameter])
    {
        protected override void Shift(Span<float> channel, ShiftContext context)
        {
            foreach (ref var value in channel)
                value += (float)(factor * context.Parameter * context.Deviation);
        }
    }

    private sealed class Taken() : ImageShift("noise", "Another noise", "x", 0, [1])
    {
        protected override void Shift(Span<float> channel, ShiftContext context) => channel.Clear();
    }
}
