using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class DualFocalLossTests
{
    private const int C = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(5)]
    public void Value_and_gradient_are_those_of_the_formula(double gamma) =>
        Transcription.Check(ignored => new DualFocalLoss(gamma) { IgnoreIndex = ignored }, (logits, labels) =>
            Transcription.Pixels(logits, labels, C, 2).Average(p =>
            {
                var s = Transcription.Softmax(p.Logits);
                var below = s.Where(value => value < s[p.Label]).DefaultIfEmpty(0).Max();
                return -Math.Pow(1 - s[p.Label] + below, gamma) * Math.Log(s[p.Label]);
            }), [2, C, 3, 4]);

    [Fact]
    public void Where_the_true_class_is_the_least_likely_it_is_the_focal_loss()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 3, 1, -2 }).reshape(1, 3, 1);
        var labels = full([1, 1], 2, ScalarType.Int64);
        Close.Number(
            FocalLoss.Compute(logits, labels, 2).item<float>(), DualFocalLoss.Compute(logits, labels, 2).item<float>(), 1e-6, 0, "lowest");
    }
}
