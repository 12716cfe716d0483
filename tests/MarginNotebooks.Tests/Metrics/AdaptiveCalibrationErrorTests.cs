using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class AdaptiveCalibrationErrorTests
{
    [Fact]
    public void Equal_masses_by_hand()
    {
        float[] confidence = [0.5f, 0.25f, 1f, 0.75f];
        bool[] correct = [true, false, true, false];
        // Two bins: {0.25 wrong, 0.5 right} and {0.75 wrong, 1 right}.
        Assert.Equal((Math.Abs(0.375 - 0.5) + Math.Abs(0.875 - 0.5)) / 2, AdaptiveCalibrationError.Sound(confidence, correct, 2), 1e-7);
    }

    [Theory]
    [InlineData(new[] { 0.5f, 0.9f, 0.9f, 0.9f }, 0.5f)]
    [InlineData(new[] { 0.5f, 0.5f, 0.5f, 0.9f }, 0.9f)]
    public void A_large_group_of_ties_goes_where_its_middle_falls(float[] confidence, float alone)
    {
        // The single pixel is right and has a bin of its own, above or below the three wrong ones.
        bool[] correct = [.. confidence.Select(p => p == alone)];
        var tied = confidence.First(p => p != alone);
        Assert.Equal((1 - alone + 3 * tied) / 4, AdaptiveCalibrationError.Sound(confidence, correct, 2), 1e-6);
    }

    [Fact]
    public void All_wrong_and_all_equal_is_the_worst_score_and_not_the_best()
    {
        var confidence = Enumerable.Repeat(1f, 50).ToArray();
        Assert.Equal(1, AdaptiveCalibrationError.Sound(confidence, new bool[50], 15));
        Assert.Equal(0, AdaptiveCalibrationError.Authors(confidence, new bool[50], 15)); // the original's quirk
    }

    [Fact]
    public void Every_pixel_is_counted_and_ties_are_not_split()
    {
        var (confidence, correct) = Sample(1000, seed: 2, quantum: 1 / 32f);
        var sketch = Sketch(confidence, correct);
        var bins = sketch.EqualMass(15);
        Assert.Equal(1000, bins.Total);
        Assert.Equal(AdaptiveCalibrationError.Sound(confidence, correct, 15), sketch.AdaptiveError(15), 1e-12);
        // Splitting ties would let the order of equal pixels decide; here any order gives the same.
        Array.Reverse(confidence);
        Array.Reverse(correct);
        Assert.Equal(AdaptiveCalibrationError.Sound(confidence, correct, 15), sketch.AdaptiveError(15), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(4001)]
    public void The_sketch_is_close_to_the_sorted_list(int pixels)
    {
        var (confidence, correct) = Sample(pixels, seed: 7, quantum: 0);
        Assert.Equal(AdaptiveCalibrationError.Sound(confidence, correct, 15), Sketch(confidence, correct).AdaptiveError(15), 2e-3);
    }

    [Fact]
    public void The_sketch_keeps_confidences_near_one_apart()
    {
        for (var p = 1f; p > 1 - 1f / 4096; p = MathF.BitDecrement(p))
            Assert.True(ConfidenceSketch.Cell(MathF.BitDecrement(p)) > ConfidenceSketch.Cell(p));
    }

    [Fact]
    public void The_cells_of_the_sketch_are_ordered_and_narrow()
    {
        var previous = -1;
        double start = 1;
        for (var i = 0; i <= 200_000; i++)
        {
            var p = 1 - i / 200_000f;
            var cell = ConfidenceSketch.Cell(p);
            Assert.True(cell >= previous);
            if (cell != previous)
                start = p;
            Assert.True(start - p <= 1 / 32768.0 + 1e-6, $"the cell of {p} is wider than 2^-15");
            previous = cell;
        }
    }

    [Fact]
    public void Without_pixels_it_is_not_defined()
    {
        Assert.True(double.IsNaN(AdaptiveCalibrationError.Sound([], [], 15)));
        Assert.True(double.IsNaN(AdaptiveCalibrationError.Authors([], [], 15)));
        Assert.True(double.IsNaN(new ConfidenceSketch().AdaptiveError(15)));
    }

    private static (float[] Confidence, bool[] Correct) Sample(int n, int seed, float quantum)
    {
        var random = new Random(seed);
        var confidence = Enumerable.Range(0, n).Select(_ => 1 - 0.7f * MathF.Pow(random.NextSingle(), 3)).ToArray();
        if (quantum > 0)
            confidence = [.. confidence.Select(p => MathF.Round(p / quantum) * quantum)];
        return (confidence, [.. confidence.Select(p => random.NextDouble() < p * p)]);
    }

    private static ConfidenceSketch Sketch(float[] confidence, bool[] correct)
    {
        var sketch = new ConfidenceSketch();
        for (var i = 0; i < confidence.Length; i++)
            sketch.Add(confidence[i], correct[i]);
        return sketch;
    }
}
