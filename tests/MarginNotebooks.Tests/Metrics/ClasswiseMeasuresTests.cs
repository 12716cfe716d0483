using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ClasswiseMeasuresTests
{
    // Two pixels of classes 0 and 1 out of three; class 2 never occurs.
    private static readonly (float[][], byte[]) s_two = ([[0.7f, 0.2f], [0.2f, 0.5f], [0.1f, 0.3f]], [0, 1]);

    [Fact]
    public void Static_error_by_hand()
    {
        var evidence = Evidence(s_two);
        var summary = StaticCalibrationError.Of(evidence.PerClass, evidence.Pixels);
        Assert.Equal((0.3 + 0.2) / 2, summary.PerClass[0], 1e-6);
        Assert.Equal((0.2 + 0.5) / 2, summary.PerClass[1], 1e-6);
        Assert.Equal(double.NaN, summary.PerClass[2]);
        Assert.Equal((0.25 + 0.35) / 2, summary.Mean, 1e-6);
        Assert.Equal(1, summary.Absent);
        Assert.Equal((0.25 + 0.35 + 0.2) / 3, ClasswiseCalibrationError.Mean(evidence.PerClass, 2), 1e-6); // counts the absent class
    }

    [Fact]
    public void With_every_class_present_the_static_error_is_the_class_wise_one()
    {
        var evidence = Evidence(Random(1, 500));
        Assert.Equal(ClasswiseCalibrationError.Mean(evidence.PerClass, 500), StaticCalibrationError.Of(evidence.PerClass, 500).Mean, 1e-12);
    }

    [Fact]
    public void Thresholded_error_by_hand()
    {
        // Class 0 has probabilities 0.0005 (dropped), 0.2 and 0.6 of which the last is true; two bins of one pixel each.
        var one = ConfidenceSample.OfGroups([(0.0005, 1, 0), (0.2, 1, 0), (0.6, 1, 1)]);
        var none = ConfidenceSample.OfGroups([(0.0005, 2, 0), (0.001, 1, 1)]);
        var summary = ThresholdedAdaptiveError.Of([one, none], 2);
        Assert.Equal((0.2 + 0.4) / 2, summary.PerClass[0], 1e-12);
        Assert.Equal(double.NaN, summary.PerClass[1]);
        Assert.Equal((0.3, 1), (Math.Round(summary.Mean, 12), summary.Absent));
    }

    [Fact]
    public void Equal_probabilities_are_never_split()
    {
        // 10 pixels of one probability, in whatever number of bins: one gap.
        var tied = ConfidenceSample.OfGroups([(0.4, 10, 7)]);
        foreach (var bins in new[] { 1, 2, 15 })
            Assert.Equal(0.3, ThresholdedAdaptiveError.Of([tied], bins).Mean, 1e-12);
    }

    [Fact]
    public void Only_absent_classes_have_no_mean()
    {
        var summary = new ClasswiseSummary([double.NaN, double.NaN]);
        Assert.Equal((double.NaN, 2), (summary.Mean, summary.Absent));
    }
}
