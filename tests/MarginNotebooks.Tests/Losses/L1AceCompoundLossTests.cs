using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class L1AceCompoundLossTests
{
    private const int C = 3, Bins = 5;

    [Theory]
    [InlineData(0.33, 0.33)]
    [InlineData(0.5, 0)]
    [InlineData(0, 0.5)]
    [InlineData(0, 0)]
    public void Value_and_gradient_are_those_of_the_formula(double ce, double dice) =>
        Transcription.Check(ignored => new L1AceCompoundLoss(false, ce, dice, 0.4, Bins) { IgnoreIndex = ignored }, (logits, labels) =>
        {
            double diceLoss = 0, ace = 0;
            var all = Transcription.Pixels(logits, labels, C, 2);
            for (var b = 0; b < 2; b++)
            {
                var pixels = Transcription.Pixels(logits[(b * C * 12)..((b + 1) * C * 12)], labels[(b * 12)..((b + 1) * 12)], C, 1);
                for (var k = 0; k < C; k++)
                {
                    (double P, double T)[] pairs = [.. pixels.Select(p => (Transcription.Softmax(p.Logits)[k], p.Label == k ? 1.0 : 0))];
                    diceLoss += 1 - (2 * pairs.Sum(x => x.P * x.T) + 1e-5) / (pairs.Sum(x => x.P + x.T) + 1e-5);
                    if (pairs.All(x => x.T == 0))
                        continue; // the authors skip absent classes and keep them in the divisor
                    ace += pairs.GroupBy(x => Math.Max(0, (int)Math.Ceiling(x.P * Bins) - 1))
                        .Average(bin => Math.Abs(bin.Average(x => x.P) - bin.Average(x => x.T)));
                }
            }

            return ce * all.Average(p => Transcription.CrossEntropy(p.Logits, p.Label)) + (dice * diceLoss + 0.4 * ace) / (2 * C);
        }, [2, C, 3, 4]);

    [Fact]
    public void Soft_bins_give_the_soft_term()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(1, ScalarType.Float32, 2, C, 5, 6);
        var labels = Tensors.Classes(2, C, 2, 5, 6);
        var terms = new L1AceCompoundLoss(true, 0.33, 0.33, 0.33).Forward(logits, labels);
        Assert.Equal(["ce", "dice", "ace"], terms.Parts.Select(part => part.Key));
        Close.Number(
            SoftL1AceLoss.Compute(logits, labels, 20, Background.Included, AbsentClass.Skipped).item<float>(),
            terms.Parts[2].Value.item<float>(), 1e-6, 0, "soft");
    }
}
