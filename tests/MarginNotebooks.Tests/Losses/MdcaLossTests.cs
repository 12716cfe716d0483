using MarginNotebooks.Losses;

namespace MarginNotebooks.Tests.Losses;

public sealed class MdcaLossTests
{
    private const int C = 4;
    private static readonly long[] Shape = [2, C, 3, 4];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Value_and_gradient_are_those_of_the_formula(double gamma) =>
        Transcription.Check(ignored => new MdcaLoss(0.7, gamma) { IgnoreIndex = ignored }, (logits, labels) =>
        {
            var pixels = Transcription.Pixels(logits, labels, C, 2);
            var focal = pixels.Average(p => Math.Pow(1 - Transcription.Softmax(p.Logits)[p.Label], gamma) * Transcription.CrossEntropy(p.Logits, p.Label));
            var gap = Enumerable.Range(0, C).Average(
                k => Math.Abs(pixels.Average(p => Transcription.Softmax(p.Logits)[k]) - pixels.Average(p => p.Label == k ? 1.0 : 0)));
            return focal + 0.7 * gap;
        }, Shape);
}
