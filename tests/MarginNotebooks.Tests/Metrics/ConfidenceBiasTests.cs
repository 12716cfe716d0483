using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ConfidenceBiasTests
{
    [Fact]
    public void Two_bins_by_hand()
    {
        var bins = new BinSums(2);
        (bins.Count[0], bins.Confidence[0], bins.Correct[0]) = (1, 0.3, 1); // under-confident by 0.7
        (bins.Count[1], bins.Confidence[1], bins.Correct[1]) = (3, 2.4, 1); // over-confident by 0.8 − 1/3
        Assert.Equal(0.25 * 0.7, ConfidenceBias.UnderConfident(bins), 1e-12);
        Assert.Equal(0.75 * (0.8 - 1 / 3.0), ConfidenceBias.OverConfident(bins), 1e-12);
        Assert.Equal(0.75 * 0.8 * (0.8 - 1 / 3.0), ConfidenceBias.OverConfidence(bins), 1e-12);
        Assert.Equal(0.25 * 0.7 * 0.7, ConfidenceBias.UnderConfidence(bins), 1e-12);
    }

    [Fact]
    public void The_two_parts_add_up_to_the_expected_error()
    {
        foreach (var sharpness in new[] { 0.3, 1, 3 })
        {
            var bins = Evidence(Random(1, 700, sharpness: sharpness)).TopLabel;
            Assert.Equal(CalibrationErrors.Expected(bins), ConfidenceBias.OverConfident(bins) + ConfidenceBias.UnderConfident(bins), 1e-12);
        }
    }

    [Fact]
    public void Sharper_probabilities_move_error_from_under_to_over()
    {
        var soft = Evidence(Random(2, 4000, sharpness: 0.4)).TopLabel;
        var sharp = Evidence(Random(2, 4000, sharpness: 3)).TopLabel;
        Assert.True(ConfidenceBias.UnderConfident(soft) > 0.1 && ConfidenceBias.OverConfident(soft) < 0.01);
        Assert.True(ConfidenceBias.OverConfident(sharp) > 0.1 && ConfidenceBias.UnderConfident(sharp) < 0.01);
    }
}
