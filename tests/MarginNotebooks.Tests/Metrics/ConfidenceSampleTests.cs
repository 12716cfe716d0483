using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ConfidenceSampleTests
{
    [Fact]
    public void Groups_equal_confidences_in_ascending_order()
    {
        var sample = ConfidenceSample.Of([0.5f, 1, 0.5f, 0, 0.25f], [true, false, false, true, true]);
        Assert.Equal([0, 0.25, 0.5, 1], sample.Value.ToArray());
        Assert.Equal([1, 1, 2, 1], sample.Count.ToArray());
        Assert.Equal([1, 1, 1, 0], sample.CorrectCount.ToArray());
        Assert.Equal((5, 3, 4), (sample.Pixels, sample.Correct, sample.Groups));
        Assert.Equal([0.5, 1], sample.Above(0.25).Value.ToArray());
    }

    [Fact]
    public void Pooling_adds_groups()
    {
        var pooled = ConfidenceSample.Pool([Sample((0.5, true), (0.7, false)), Sample((0.5, false)), Sample()]);
        Assert.Equal([0.5, 0.7], pooled.Value.ToArray());
        Assert.Equal([2, 1], pooled.Count.ToArray());
    }

    [Fact]
    public void Equal_mass_bins_are_those_of_the_sound_adaptive_error()
    {
        var input = Tied(1, 400, 8);
        var evidence = Evidence(input);
        var correct = Enumerable.Range(0, 400).Select(i => Array.IndexOf([.. input.Probabilities.Select(row => row[i])], input.Probabilities.Max(row => row[i])) == input.Labels[i]);
        var confidence = Enumerable.Range(0, 400).Select(i => input.Probabilities.Max(row => row[i]));
        Assert.Equal(
            AdaptiveCalibrationError.Sound(confidence.ToArray(), correct.ToArray(), 7),
            CalibrationErrors.Expected(evidence.Confidence.EqualMass(7)), 1e-12);
    }

    [Fact]
    public void Too_many_different_confidences_are_put_together_without_losing_a_sum()
    {
        const int n = ConfidenceSample.MaximumGroups + 5000;
        var confidence = new float[n];
        var correct = new bool[n];
        for (var i = 0; i < n; i++)
            (confidence[i], correct[i]) = ((i + 0.5f) / n, i % 3 == 0);
        var sample = ConfidenceSample.Of(confidence, correct);
        Assert.InRange(sample.Groups, 10_000, 300_000);
        Assert.Equal(n, sample.Pixels);
        Assert.Equal(correct.LongCount(right => right), sample.Correct);
        double sum = 0;
        for (var i = 0; i < sample.Groups; i++)
            sum += sample.Value[i] * sample.Count[i];
        Assert.Equal(confidence.Sum(p => (double)p) / n, sum / n, 1e-12);
        for (var i = 1; i < sample.Groups; i++)
            Assert.True(sample.Value[i] > sample.Value[i - 1]);
        Array.Sort(confidence, correct);
        Assert.Equal(AdaptiveCalibrationError.Sound(confidence, correct, 15), CalibrationErrors.Expected(sample.EqualMass(15)), 1e-4);
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void A_confidence_outside_0_to_1_is_named(float value) =>
        Assert.Contains("pixel 1", Assert.Throws<ArgumentException>(() => ConfidenceSample.Of([0.5f, value], [true, true])).Message);
}
