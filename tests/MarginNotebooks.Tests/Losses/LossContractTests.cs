using MarginNotebooks.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>What every loss promises: the odd batches, the clear errors, the layouts, the memory.</summary>
public sealed class LossContractTests
{
    private const int C = 3;

    public static TheoryData<string> All => LossCases.All;

    public static TheoryData<string> Pointwise => LossCases.Pointwise;

    public static TheoryData<string> Differentiable => LossCases.Differentiable;

    [Theory]
    [MemberData(nameof(All))]
    public void One_pixel_gives_a_finite_loss_and_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var (total, gradient) = Evaluate(
            LossCases.Create(name), Tensors.Logits(1, ScalarType.Float32, 1, C, 1, 1), Tensors.Classes(1, C, 1, 1, 1));
        Assert.True(double.IsFinite(total));
        Assert.All(gradient, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_counted_pixel_among_ignored_ones_gives_a_finite_loss(string name)
    {
        using var scope = NewDisposeScope();
        var labels = full([2, 4, 5], 255, ScalarType.Int64);
        labels[0, 1, 2] = 1;
        var (total, gradient) = Evaluate(LossCases.Create(name, 255), Tensors.Logits(2, ScalarType.Float32, 2, C, 4, 5), labels);
        Assert.True(double.IsFinite(total) && total > 0, $"{total}");
        Assert.Contains(gradient, value => value != 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_counted_pixel_gives_zero_with_a_zero_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(3, ScalarType.Float32, 2, C, 4, 5).requires_grad_();
        var terms = LossCases.Create(name, 255).Forward(logits, full([2, 4, 5], 255, ScalarType.Int64));
        Assert.Equal(0, terms.Total.ToSingle(), 1e-7);
        Assert.All(terms.Parts, part => Assert.Equal(0, part.Value.ToSingle(), 1e-7));
        Assert.True(terms.Total.requires_grad);
        terms.Total.backward();
        Assert.All(Tensors.Flat(logits.grad!), value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_empty_batch_gives_zero(string name)
    {
        using var scope = NewDisposeScope();
        var logits = zeros([0, C, 4, 5]).requires_grad_();
        var terms = LossCases.Create(name).Forward(logits, zeros([0, 4, 5], ScalarType.Int64));
        Assert.Equal(0, terms.Total.ToSingle());
        terms.Total.backward();
        Assert.Equal([0L, C, 4, 5], logits.grad!.shape);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_NaN_logit_makes_the_loss_NaN(string name)
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(4, ScalarType.Float32, 2, C, 4, 5);
        logits[1, 2, 3, 4] = float.NaN;
        foreach (var ignored in new long?[] { null, 255 })
        {
            var (total, _) = Evaluate(LossCases.Create(name, ignored), logits, Tensors.Classes(4, C, 2, 4, 5));
            Assert.True(double.IsNaN(total), $"{total}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Saturated_logits_give_finite_gradients(string name)
    {
        using var scope = NewDisposeScope();
        var (total, gradient) = Evaluate(
            LossCases.Create(name), Tensors.Logits(5, ScalarType.Float32, 2, C, 4, 5) * 1e4, Tensors.Classes(5, C, 2, 4, 5));
        Assert.True(double.IsFinite(total));
        Assert.All(gradient, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Labels_out_of_range_are_named(string name)
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(6, ScalarType.Float32, 2, C, 4, 5);
        var labels = Tensors.Classes(6, C, 2, 4, 5);
        labels[1, 2, 3] = 7;
        var error = Assert.Throws<ArgumentException>(() => LossCases.Create(name).Forward(logits, labels));
        Assert.Contains("Label 7 is outside 0..2", error.Message);
        Assert.Contains("(2, 4, 5)", error.Message);
        labels[1, 2, 3] = -1;
        Assert.Contains("Label -1", Assert.Throws<ArgumentException>(() => LossCases.Create(name, 255).Forward(logits, labels)).Message);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Wrong_types_and_shapes_are_named(string name)
    {
        using var scope = NewDisposeScope();
        var loss = LossCases.Create(name);
        var logits = Tensors.Logits(7, ScalarType.Float32, 2, C, 4, 5);
        var labels = Tensors.Classes(7, C, 2, 4, 5);
        string Message(Tensor l, Tensor y) => Assert.Throws<ArgumentException>(() => loss.Forward(l, y)).Message;
        Assert.Contains("Int32", Message(logits, labels.to(ScalarType.Int32)));
        Assert.Contains("Int64", Message(logits.to(ScalarType.Int64), labels));
        Assert.Contains("(2, 1, 4, 5) do not fit logits of shape (2, 3, 4, 5); expected (2, 4, 5)", Message(logits, labels.unsqueeze(1)));
        Assert.Contains("(2, 5, 4)", Message(logits, labels.transpose(1, 2)));
        Assert.Contains("(2, 3)", Message(logits[.., .., 0, 0], labels[.., 0, 0]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Channels_last_strides_change_nothing(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var ignored in new long?[] { null, 255 })
        {
            var loss = LossCases.Create(name, ignored);
            var logits = Tensors.Logits(8, ScalarType.Float32, 2, C, 6, 5);
            var labels = Tensors.Classes(8, C, 2, 6, 5);
            if (ignored is { } value)
                labels = Tensors.WithIgnored(labels, 8, value);
            var channelsLast = logits.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            Assert.False(channelsLast.is_contiguous());
            var (expected, expectedGradient) = Evaluate(loss, logits, labels);
            var (actual, gradient) = Evaluate(loss, channelsLast, labels);
            Close.Number(expected, actual, 1e-6, 1e-7, name);
            Close.Array(expectedGradient, gradient, 1e-5, 1e-7, name);
        }
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void The_gradient_is_the_derivative_in_one_two_and_three_dimensions(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var size in new long[][] { [7], [3, 4], [2, 3, 2] })
            foreach (var ignored in new long?[] { null, 255 })
            {
                var loss = LossCases.Create(name, ignored);
                var logits = Tensors.Logits(9, ScalarType.Float64, [2, C, .. size]) * 0.5;
                var labels = Tensors.Classes(9, C, [2, .. size]);
                if (ignored is { } value)
                    labels = Tensors.WithIgnored(labels, 9, value);
                var (_, gradient) = Evaluate(loss, logits, labels);
                Close.Array(Numerically(loss, logits, labels), gradient, 1e-5, 1e-8, $"{name} {size.Length}-D");
            }
    }

    [Theory]
    [MemberData(nameof(Pointwise))]
    public void Ignoring_pixels_equals_removing_them(string name)
    {
        using var scope = NewDisposeScope();
        // 1 is also a class: an ignored value may lie inside 0..C-1.
        foreach (var ignored in new long[] { 255, -100, -1, 1 })
        {
            var logits = Tensors.Logits(10, ScalarType.Float32, 1, C, 40);
            var labels = Tensors.WithIgnored(Tensors.Classes(10, C, 1, 40), 10, ignored);
            var kept = (labels[0] != ignored).nonzero().squeeze(1);
            var (total, gradient) = Evaluate(LossCases.Create(name, ignored), logits, labels);
            var (expected, keptGradient) = Evaluate(LossCases.Create(name), logits.index_select(2, kept), labels.index_select(1, kept));
            Close.Number(expected, total, 1e-5, 1e-6, $"{name} ignoring {ignored}");
            var expectedGradient = zeros(1, C, 40, dtype: ScalarType.Float64)
                .index_copy_(2, kept, tensor(keptGradient).reshape(1, C, kept.numel()));
            Close.Array(Tensors.Flat(expectedGradient), gradient, 1e-4, 1e-7, $"{name} ignoring {ignored}, gradient");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_of_ignored_pixels_do_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var labels = Tensors.WithIgnored(Tensors.Classes(11, C, 2, 4, 5), 11, 255);
        var logits = Tensors.Logits(11, ScalarType.Float32, 2, C, 4, 5);
        var loss = LossCases.Create(name, 255);
        var others = where((labels == 255).unsqueeze(1), Tensors.Logits(12, ScalarType.Float32, 2, C, 4, 5), logits);
        var (expected, _) = Evaluate(loss, logits, labels);
        var (actual, gradient) = Evaluate(loss, others, labels);
        Assert.Equal(expected, actual);
        var atIgnored = tensor(gradient).reshape(2, C, 4, 5).masked_select((labels == 255).unsqueeze(1));
        Assert.All(atIgnored.data<double>().ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Pointwise))]
    public void The_arrangement_of_pixels_does_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var loss = LossCases.Create(name);
        var logits = Tensors.Logits(13, ScalarType.Float32, 2, C, 2, 3, 4);
        var labels = Tensors.Classes(13, C, 2, 2, 3, 4);
        var (volume, gradient) = Evaluate(loss, logits, labels);
        var (line, lineGradient) = Evaluate(loss, logits.reshape(2, C, 24), labels.reshape(2, 24));
        Close.Number(volume, line, 1e-6, 1e-7, name);
        Close.Array(gradient, lineGradient, 1e-5, 1e-7, name);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Bfloat16_logits_are_computed_in_float32(string name)
    {
        using var scope = NewDisposeScope();
        var loss = LossCases.Create(name);
        var logits = Tensors.Logits(14, ScalarType.BFloat16, 2, C, 4, 5);
        var labels = Tensors.Classes(14, C, 2, 4, 5);
        var (expected, _) = Evaluate(loss, logits.to(ScalarType.Float32), labels);
        var (actual, gradient) = Evaluate(loss, logits, labels);
        Assert.Equal(expected, actual);
        Assert.Contains(gradient, value => value != 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_the_result_outlives_the_call(string name)
    {
        using var outer = NewDisposeScope();
        var loss = LossCases.Create(name, 255);
        var logits = Tensors.Logits(15, ScalarType.Float32, 2, C, 4, 5).requires_grad_();
        var labels = Tensors.WithIgnored(Tensors.Classes(15, C, 2, 4, 5), 15, 255);
        using var inner = NewDisposeScope();
        var terms = loss.Forward(logits, labels);
        Assert.Equal(1 + terms.Parts.Count, inner.DisposablesCount);
        var total = terms.Total.ToSingle();
        terms.Parts[0].Value.Dispose();
        Assert.Equal(total, terms.Total.ToSingle());
        Assert.Equal(2 * C * 4 * 5, logits.numel());
        Assert.Equal(2 * 4 * 5, labels.numel());
    }

    [Fact]
    public void The_label_check_of_tensor_operations_can_be_switched_off()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(16, ScalarType.Float32, 1, C, 4);
        var labels = tensor(new long[,] { { 0, 1, 9, 2 } });
        Assert.Throws<ArgumentException>(() => new CrossEntropyLoss { Fused = false }.Forward(logits, labels));
        Assert.Throws<ArgumentException>(() => new CrossEntropyLoss { CheckLabels = false }.Forward(logits, labels)); // free, so always done
        var error = Record.Exception(() => new CrossEntropyLoss { Fused = false, CheckLabels = false }.Forward(logits, labels));
        Assert.IsNotType<ArgumentException>(error);
        Assert.NotNull(error);
    }

    private static (double Total, double[] Gradient) Evaluate(SegmentationLoss loss, Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var leaf = logits.detach().requires_grad_();
        var total = loss.Forward(leaf, labels).Total;
        total.backward();
        return (total.to(ScalarType.Float64).item<double>(), Tensors.Flat(leaf.grad!));
    }

    private static double[] Numerically(SegmentationLoss loss, Tensor logits, Tensor labels)
    {
        const double step = 1e-6;
        var values = Tensors.Flat(logits);
        double At(int index, double change)
        {
            using var scope = NewDisposeScope();
            var moved = (double[])values.Clone();
            moved[index] += change;
            return loss.Forward(tensor(moved).reshape(logits.shape), labels).Total.item<double>();
        }
        return [.. Enumerable.Range(0, values.Length).Select(i => (At(i, step) - At(i, -step)) / (2 * step))];
    }
}
