using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class KernelCalibrationErrorTests
{
    [Fact]
    public void Two_pixels_see_only_each_other()
    {
        // Left out itself, each pixel's estimate is the other's correctness, whatever the kernel.
        var sample = Sample((0.6, true), (0.9, false));
        Assert.Equal((Math.Abs(0 - 0.6) + Math.Abs(1 - 0.9)) / 2, KernelCalibrationError.Of(sample).Value, 1e-12);
        Assert.Equal((0.36 + 0.01) / 2, KernelCalibrationError.Of(sample, 0.1, power: 2).Value, 1e-12);
    }

    [Fact]
    public void Three_pixels_by_hand()
    {
        // h = 1: Beta(1.5, 1.5) at 0.5 and Beta(1 + p, 2 − p); densities up to the factor 1/B from Γ.
        double Kernel(double at, double p) => Math.Pow(at, p) * Math.Pow(1 - at, 1 - p)
            / MathNet.Numerics.SpecialFunctions.Beta(1 + p, 2 - p);
        (double P, double Y)[] pixels = [(0.3, 1), (0.5, 0), (0.8, 1)];
        var expected = pixels.Average(j =>
        {
            var others = pixels.Where(i => i != j).ToArray();
            return Math.Abs(others.Sum(i => Kernel(j.P, i.P) * i.Y) / others.Sum(i => Kernel(j.P, i.P)) - j.P);
        });
        Assert.Equal(expected, KernelCalibrationError.Of(Sample((0.3, true), (0.5, false), (0.8, true)), 1).Value, 1e-12);
    }

    [Fact]
    public void Equal_confidences_count_each_without_itself()
    {
        // Three pixels at 0.5, two right: the right ones see 1 of 2, the wrong one 2 of 2.
        var sample = ConfidenceSample.OfGroups([(0.5, 3, 2)]);
        Assert.Equal((2 * 0 + 1 * 0.5) / 3, KernelCalibrationError.Of(sample, 0.01).Value, 1e-12);
    }

    [Fact]
    public void Pixels_at_exactly_1_see_one_another_and_a_lone_one_is_left_out()
    {
        Assert.Equal((3 * (1 - 2.0 / 3) + 1 * 0) / 4, KernelCalibrationError.Of(ConfidenceSample.OfGroups([(1, 4, 3)]), 0.1).Value, 1e-12);
        // The pixel at 1 is alone there; those at 0.5 see each other and, faintly, it.
        var lone = KernelCalibrationError.Of(ConfidenceSample.OfGroups([(1, 1, 0), (0.5, 2, 1)]), 0.01).Value;
        Assert.Equal(0.5, lone, 1e-6);
    }

    [Fact]
    public void Fewer_than_two_pixels_have_no_estimate()
    {
        Assert.Equal(double.NaN, KernelCalibrationError.Of(Sample((0.5, true))).Value);
        Assert.Equal(double.NaN, CanonicalCalibrationError.Of(Evidence(Random(1, 1)).Vectors).Value);
    }

    [Fact]
    public void Cells_of_many_confidences_change_little()
    {
        var sample = Evidence(Random(3, 6000, sharpness: 2)).Confidence;
        Assert.True(sample.Groups > 2 * KernelCalibrationError.MaximumCells);
        var (value, width) = KernelCalibrationError.Of(sample);
        // The same, pixel by pixel and without cells, at the bandwidth that was chosen.
        var n = sample.Groups;
        double sum = 0;
        for (var j = 0; j < n; j += 7)
        {
            var (p, hits, density) = (sample.Value[j], 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                var (a, b) = (sample.Value[i] / width + 1, (1 - sample.Value[i]) / width + 1);
                var kernel = i == j ? 0 : Math.Exp((a - 1) * Math.Log(p) + (b - 1) * Math.Log(1 - p) + MathNet.Numerics.SpecialFunctions.GammaLn(a + b)
                    - MathNet.Numerics.SpecialFunctions.GammaLn(a) - MathNet.Numerics.SpecialFunctions.GammaLn(b));
                (density, hits) = (density + kernel, hits + kernel * sample.CorrectCount[i] / sample.Count[i]);
            }

            sum += Math.Abs(hits / density - p);
        }

        var every7th = sum / ((n + 6) / 7);
        Assert.Equal(every7th, value, 0.01); // every seventh pixel only
    }

    [Fact]
    public void Canonical_error_of_two_classes_is_twice_that_of_one_probability()
    {
        // With two classes the vector says as much as one probability, and both components miss by the same.
        var input = Random(4, 120, classes: 2, sharpness: 2);
        var evidence = Evidence(input);
        var binary = KernelCalibrationError.Of(evidence.Probability[1], 0.05).Value;
        Assert.Equal(2 * binary, CanonicalCalibrationError.Of(evidence.Vectors, 0.05).Value, 1e-6);
    }

    [Fact]
    public void Bandwidths_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelCalibrationError.Of(Sample((0.5, true)), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CanonicalCalibrationError.Of(Evidence(Random(5, 9)).Vectors, double.NaN));
    }
}
