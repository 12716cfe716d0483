using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class AdaFocalLossTests
{
    private const int C = 3;
    private static readonly double[] Edges = [0.2, 0.4, 0.75];
    private static readonly double[] Gammas = [2.5, -1.5, 0.3, -0.2];

    [Fact]
    public void Value_and_gradient_are_those_of_the_formula() =>
        Transcription.Check(ignored => Loaded(ignored), (logits, labels) =>
            Transcription.Pixels(logits, labels, C, 2).Average(p =>
            {
                var s = Transcription.Softmax(p.Logits)[p.Label];
                var gamma = Gammas[Edges.Count(edge => s >= edge)];
                return -Math.Pow(gamma > 0 ? 1 - s : 1 + s, Math.Abs(gamma)) * Math.Log(s);
            }), [2, C, 3, 4], spread: 0.25);

    [Theory]
    // Over-confident: focal harder, inverse focal softer. Under-confident: the other way round.
    [InlineData(1, 0.5, 1.6487212707001282)]
    [InlineData(1, -0.5, 0.6065306597126334)]
    [InlineData(-1, 0.5, -0.6065306597126334)]
    [InlineData(-1, -0.5, -1.6487212707001282)]
    // Nearer to 0 than the threshold: focal and inverse focal loss change places.
    [InlineData(0.21, -0.5, -0.2)]
    [InlineData(-0.21, 0.5, 0.2)]
    // Limits.
    [InlineData(19, 0.9, 20)]
    [InlineData(-1.9, -0.9, -2)]
    public void Gamma_follows_the_gap(double gamma, double gap, double next) => Assert.Equal(next, new AdaFocalLoss().Next(gamma, gap), 1e-12);

    [Fact]
    public void An_epoch_moves_the_bins_and_their_gammas()
    {
        using var scope = NewDisposeScope();
        // 400 pixels sure by 0.9, half of them right; 400 by 0.6, all right. Two bins of equal mass.
        double[] confidence = [.. Enumerable.Repeat(0.9, 400), .. Enumerable.Repeat(0.6, 400)];
        var logits = stack([tensor(confidence).log(), tensor(confidence.Select(c => 1 - c).ToArray()).log()]).unsqueeze(0);
        var labels = tensor(Enumerable.Range(0, 800).Select(i => i < 400 ? i % 2 : 0L).ToArray()).unsqueeze(0);
        var loss = new AdaFocalLoss(2);
        loss.BeginValidation();
        loss.ObserveValidation(logits, labels);
        loss.BeginValidation(); // starting over forgets the batch
        loss.ObserveValidation(logits.narrow(2, 0, 300), labels.narrow(1, 0, 300));
        loss.ObserveValidation(logits.narrow(2, 300, 500), labels.narrow(1, 300, 500));
        loss.EndEpoch(0);
        Assert.InRange(Assert.Single(loss.Edges), 0.6, 0.9);
        Close.Array([Math.Exp(0.6 - 1), Math.Exp(0.9 - 0.5)], [.. loss.Gammas], 1e-6, 0, "gamma");
        var before = loss.SaveState();
        loss.EndEpoch(1); // nothing was observed: nothing moves
        Assert.Equal(before, loss.SaveState());
    }

    [Fact]
    public void Bins_hold_equal_mass_and_never_divide_equal_confidences()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        double[] confidence = [.. Enumerable.Range(0, 6000).Select(i => i % 3 == 0 ? 0.99 : 0.5 + random.NextDouble() / 2)];
        var logits = stack([tensor(confidence).log(), tensor(confidence.Select(c => 1 - c).ToArray()).log()]).unsqueeze(0);
        var loss = new AdaFocalLoss(6);
        loss.BeginValidation();
        loss.ObserveValidation(logits, zeros([1, 6000], ScalarType.Int64));
        loss.EndEpoch(0);
        var counts = new int[6];
        foreach (var c in confidence)
            counts[loss.Edges.Count(edge => c >= edge)]++;
        Assert.Equal(loss.Edges.Order(), loss.Edges);
        Assert.All(counts.Take(3), count => Assert.InRange(count, 950, 1050));
        Assert.Single(confidence.Where(c => c == 0.99).Select(c => loss.Edges.Count(edge => c >= edge)).Distinct());
    }

    [Fact]
    public void Ignored_pixels_are_not_observed()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(1, ScalarType.Float32, 2, C, 4, 5);
        var labels = Tensors.WithIgnored(Tensors.Classes(2, C, 2, 4, 5), 3, 255);
        var counted = (labels != 255).flatten().nonzero().squeeze(1);
        var kept = logits.movedim([1], [0]).reshape(C, -1).index_select(1, counted).unsqueeze(0);
        IReadOnlyDictionary<string, double> After(AdaFocalLoss loss, Tensor l, Tensor y)
        {
            loss.BeginValidation();
            loss.ObserveValidation(l, y);
            loss.EndEpoch(0);
            return loss.SaveState();
        }

        Assert.Equal(
            After(new AdaFocalLoss(4), kept, labels.flatten().index_select(0, counted).unsqueeze(0)),
            After(new AdaFocalLoss(4) { IgnoreIndex = 255 }, logits, labels));
    }

    [Fact]
    public void A_state_of_another_loss_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new AdaFocalLoss(3).LoadState(new AdaFocalLoss(4).SaveState()));
        Assert.Contains("3 numbers 'edge', expected 2", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaFocalLoss(threshold: 0.2, smallestGamma: -0.1));
    }

    private static AdaFocalLoss Loaded(long? ignored)
    {
        var loss = new AdaFocalLoss(4) { IgnoreIndex = ignored };
        loss.LoadState(Edges.Select((value, i) => KeyValuePair.Create($"edge.{i}", value))
            .Concat(Gammas.Select((value, i) => KeyValuePair.Create($"gamma.{i}", value))).ToDictionary());
        return loss;
    }
}
