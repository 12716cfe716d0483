using MarginNotebooks.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The margin penalties: where they act, where they do not, and their conventions at ties and on the margin.</summary>
public sealed class MarginLossTests
{
    // One pixel: d = (0, 2, 5, 9).
    private static readonly float[] Logits = [4, 2, -1, -5];

    [Fact]
    public void The_penalty_is_the_mean_excess_over_all_classes() => Assert.Equal((2 + 6) / 4.0, Part(new MarginLoss(3, 0.1)), 1e-6);

    [Fact]
    public void The_squared_penalty_is_clipped_before_it_is_squared() =>
        Assert.Equal((4 + 36) / 4.0, Part(new MarginSquaredLoss(3, 0.1)), 1e-5);

    [Fact]
    public void The_authors_squared_penalty_is_never_clipped() =>
        Assert.Equal((9 + 1 + 4 + 36) / 4.0, Part(new MarginSquaredLoss(3, 0.1, SquaredMarginVariant.AuthorsCode)), 1e-5);

    [Fact]
    public void Inside_the_margin_the_total_is_cross_entropy_with_its_gradient()
    {
        using var scope = NewDisposeScope();
        foreach (var loss in new SegmentationLoss[] { new MarginLoss(9, 0.5), new MarginSquaredLoss(9, 0.5) })
            Assert.Equal(Gradient(new CrossEntropyLoss()), Gradient(loss));
    }

    [Fact]
    public void A_distance_exactly_on_the_margin_has_no_gradient()
    {
        var ce = Gradient(new CrossEntropyLoss());
        var penalised = Gradient(new MarginLoss(5, 1));
        var penalty = penalised.Zip(ce, (a, b) => a - b).ToArray();
        // Only d = 9 exceeds 5; one pixel, four classes.
        Assert.Equal([0.25, 0, 0, -0.25], penalty.Select(value => Math.Round(value, 6)));
    }

    [Fact]
    public void Among_equal_maxima_the_first_takes_the_whole_gradient()
    {
        float[] tied = [-4, 2, 2, 2];
        var penalty = Gradient(new MarginLoss(3, 1), tied).Zip(Gradient(new CrossEntropyLoss(), tied), (a, b) => a - b);
        Assert.Equal([-0.25, 0.25, 0, 0], penalty.Select(value => Math.Round(value, 6)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    public void Value_and_gradient_are_those_of_the_plain_maximum(int classes)
    {
        using var scope = NewDisposeScope();
        // Whole numbers: many ties for the maximum.
        var values = Tensors.Logits(2, ScalarType.Float64, 2, classes, 4, 3).round();
        var labels = zeros([2, 4, 3], ScalarType.Int64);
        var (mine, plain) = (values.clone().requires_grad_(), values.clone().requires_grad_());
        var penalty = new MarginLoss(2.5, 1).Forward(mine, labels).Parts[1].Value;
        var (largest, _) = plain.max(1, keepdim: true);
        var expected = (largest - plain - 2.5).clamp_min(0).mean();
        penalty.backward();
        expected.backward();
        Close.Number(expected.item<double>(), penalty.item<double>(), 1e-12, 0, "penalty");
        Close.Array(Tensors.Flat(plain.grad!), Tensors.Flat(mine.grad!), 1e-9, 1e-15, "gradient");
    }

    [Fact]
    public void Static_cores_equal_the_forward_pass()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(1, ScalarType.Float32, 2, 3, 4, 5);
        var labels = Tensors.WithIgnored(Tensors.Classes(1, 3, 2, 4, 5), 1, 255);
        var pairs = new (SegmentationLoss Loss, Tensor Value)[]
        {
            (new CrossEntropyLoss { IgnoreIndex = 255 }, CrossEntropyLoss.Compute(logits, labels, 255)),
            (new SoftDiceLoss(Background.Excluded, 0.1) { IgnoreIndex = 255 },
                SoftDiceLoss.Compute(logits, labels, Background.Excluded, 0.1, 255)),
            (new CrossEntropyDiceLoss(Background.Excluded, 0.3, 0.1) { IgnoreIndex = 255 },
                CrossEntropyDiceLoss.Compute(logits, labels, Background.Excluded, 0.3, 0.1, 255)),
            (new FocalLoss(1.5, LossReduction.Sum) { IgnoreIndex = 255 }, FocalLoss.Compute(logits, labels, 1.5, LossReduction.Sum, 255)),
            (new LabelSmoothingLoss(0.3) { IgnoreIndex = 255 }, LabelSmoothingLoss.Compute(logits, labels, 0.3, 255)),
            (new SvlsLoss(0.7, 5) { IgnoreIndex = 255 }, SvlsLoss.Compute(logits, labels, 0.7, 5, 255)),
            (new EntropyPenaltyLoss(0.3) { IgnoreIndex = 255 }, EntropyPenaltyLoss.Compute(logits, labels, 0.3, 255)),
            (new MarginLoss(4, 0.2) { IgnoreIndex = 255 }, MarginLoss.Compute(logits, labels, 4, 0.2, 255)),
            (new MarginSquaredLoss(4, 0.2, SquaredMarginVariant.AuthorsCode) { IgnoreIndex = 255 },
                MarginSquaredLoss.Compute(logits, labels, 4, 0.2, SquaredMarginVariant.AuthorsCode, 255)),
            (new MarginDiceLoss(4, 0.2, Background.Included, 0.1) { IgnoreIndex = 255 },
                MarginDiceLoss.Compute(logits, labels, 4, 0.2, Background.Included, 0.1, 255)),
        };
        foreach (var (loss, value) in pairs)
            Close.Number(loss.Forward(logits, labels).Total.ToSingle(), value.ToSingle(), 1e-6, 1e-7, loss.Name);
    }

    [Fact]
    public void The_name_carries_the_hyper_parameters() => Assert.Equal("MbLS (m=7.5, λ=0.1)", new MarginLoss(7.5, 0.1).Name);

    private static double Part(SegmentationLoss loss)
    {
        using var scope = NewDisposeScope();
        var terms = loss.Forward(tensor(Logits).reshape(1, 4, 1), zeros([1, 1], ScalarType.Int64));
        return terms.Parts.Single(part => part.Key == "margin").Value.ToSingle();
    }

    private static double[] Gradient(SegmentationLoss loss, float[]? values = null)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(values ?? Logits).reshape(1, 4, 1).requires_grad_();
        loss.Forward(logits, zeros([1, 1], ScalarType.Int64)).Total.backward();
        return Tensors.Flat(logits.grad!);
    }
}
