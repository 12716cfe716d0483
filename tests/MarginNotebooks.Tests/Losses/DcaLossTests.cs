using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class DcaLossTests
{
    private const int C = 3;

    [Fact]
    public void Value_and_gradient_are_those_of_the_formula() =>
        Transcription.Check(ignored => new DcaLoss(1.5) { IgnoreIndex = ignored }, (logits, labels) =>
        {
            var pixels = Transcription.Pixels(logits, labels, C, 2);
            var confidence = pixels.Average(p => Transcription.Softmax(p.Logits).Max());
            var accuracy = pixels.Average(p => Transcription.Largest(p.Logits) == p.Label ? 1.0 : 0);
            return pixels.Average(p => Transcription.CrossEntropy(p.Logits, p.Label)) + 1.5 * Math.Abs(confidence - accuracy);
        }, [2, C, 3, 4]);

    [Fact]
    public void Of_equal_largest_logits_the_first_is_the_prediction()
    {
        using var scope = NewDisposeScope();
        foreach (var fused in new[] { true, false })
        {
            // Both pixels predict class 0; one of them is right. Confidence 1/2, accuracy 1/2.
            var terms = new DcaLoss(1) { Fused = fused }.Forward(zeros(1, 2, 2), tensor(new long[,] { { 0, 1 } }));
            Assert.Equal(0, terms.Parts.Single(part => part.Key == "dca").Value.item<float>(), 1e-6f);
        }
    }
}
