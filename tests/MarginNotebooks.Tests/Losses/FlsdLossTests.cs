using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class FlsdLossTests
{
    private const int C = 4;

    [Fact]
    public void Value_and_gradient_are_those_of_the_formula() =>
        Transcription.Check(ignored => new FlsdLoss { IgnoreIndex = ignored }, (logits, labels) =>
            Transcription.Pixels(logits, labels, C, 2).Average(p =>
            {
                var s = Transcription.Softmax(p.Logits)[p.Label];
                return -Math.Pow(1 - s, s < 0.2 ? 5 : 3) * Math.Log(s);
            }), [2, C, 3, 4], spread: 0.25);

    [Theory]
    [InlineData(0.19, 5)]
    [InlineData(0.21, 3)]
    public void The_exponent_changes_at_a_probability_of_one_fifth(double probability, double gamma)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { Math.Log(probability), Math.Log(1 - probability) }).reshape(1, 2, 1);
        var labels = zeros([1, 1], ScalarType.Int64);
        Close.Number(
            -Math.Pow(1 - probability, gamma) * Math.Log(probability), FlsdLoss.Compute(logits, labels).item<double>(), 1e-10, 0, "one pixel");
    }
}
