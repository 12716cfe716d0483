using MarginNotebooks.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The fused kernels against the same loss in libtorch's operations, and what the kernels alone promise.</summary>
public sealed class FusedLossTests
{
    private const int C = 4;

    public static TheoryData<string> All => LossCases.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Equals_the_loss_in_tensor_operations(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var ignored in new long?[] { null, 255, -100, 0, 2 })
            foreach (var scale in new[] { 1e-3, 1, 30 })
                foreach (var (logits, labels, what) in Batches(name, ignored, scale))
                {
                    var (expected, expectedGradient) = Evaluate(LossCases.Create(name, ignored, fused: false), logits, labels);
                    var (actual, gradient) = Evaluate(LossCases.Create(name, ignored), logits, labels);
                    var where = $"{name}, {what}, scale {scale}, ignoring {ignored?.ToString() ?? "nothing"}";
                    Assert.Equal(expected.Length, actual.Length);
                    for (var i = 0; i < expected.Length; i++)
                        Close.Number(expected[i], actual[i], 1e-5, 2e-6, $"{where}, value {i}");
                    // The operations add a bin's float32 numbers; the kernel in double.
                    Close.Array(expectedGradient, gradient, 1e-3, name.StartsWith("soft-ace") || name.StartsWith("l1ace-soft") ? 1e-4 : 1e-6, $"{where}, gradient");
                }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_number_of_threads_changes_no_bit(string name)
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(31, ScalarType.Float32, 3, C, 70, 80) * 3;
        var labels = Tensors.WithIgnored(Tensors.Classes(31, C, 3, 70, 80), 31, 255);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var (one, oneGradient) = Evaluate(LossCases.Create(name, 255), logits, labels);
            set_num_threads(2);
            var (two, twoGradient) = Evaluate(LossCases.Create(name, 255), logits, labels);
            Assert.Equal(one, two);
            Assert.Equal(oneGradient, twoGradient);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_part_has_its_own_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(32, ScalarType.Float32, 2, C, 5, 6);
        var labels = Tensors.Classes(32, C, 2, 5, 6);
        for (var part = 0; part < LossCases.Create(name).Forward(logits, labels).Parts.Count; part++)
        {
            var (fused, plain) = (logits.clone().requires_grad_(), logits.clone().requires_grad_());
            LossCases.Create(name).Forward(fused, labels).Parts[part].Value.backward();
            LossCases.Create(name, fused: false).Forward(plain, labels).Parts[part].Value.backward();
            Close.Array(Tensors.Flat(plain.grad!), Tensors.Flat(fused.grad!), 1e-3, 1e-6, $"{name}, part {part}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_keeps_the_layout_of_the_logits(string name)
    {
        using var scope = NewDisposeScope();
        var labels = Tensors.Classes(33, C, 2, 5, 6);
        var source = Tensors.Logits(33, ScalarType.Float32, 2, C, 5, 6);
        var logits = (source * 1).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).requires_grad_();
        LossCases.Create(name).Forward(logits, labels).Total.backward();
        Assert.Equal(logits.stride(), logits.grad!.stride());
    }

    [Fact]
    public void Backward_may_run_twice()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(35, ScalarType.Float32, 2, C, 5, 6).requires_grad_();
        var total = new MarginLoss(1, 0.1).Forward(logits, Tensors.Classes(35, C, 2, 5, 6)).Total;
        total.backward(retain_graph: true);
        var once = Tensors.Flat(logits.grad!);
        total.backward();
        Close.Array([.. once.Select(value => 2 * value)], Tensors.Flat(logits.grad!), 1e-6, 1e-9, "two passes");
    }

    [Fact]
    public void Tiny_probabilities_leave_no_denormal_gradient()
    {
        using var scope = NewDisposeScope();
        var logits = zeros(1, 2, 4096);
        logits.select(1, 0).copy_(linspace(60, 120, 4096));
        logits.requires_grad_();
        new CrossEntropyLoss().Forward(logits, zeros([1, 4096], ScalarType.Int64)).Total.backward();
        Assert.All(logits.grad!.data<float>().ToArray(), value => Assert.False(float.IsSubnormal(value)));
    }

    private static IEnumerable<(Tensor Logits, Tensor Labels, string What)> Batches(string name, long? ignored, double scale)
    {
        foreach (var shape in new long[][] { [2, C, 7], [2, C, 23, 29], [1, C, 3, 4, 5], [1, C, 1, 1], [2, 1, 4, 4], [2, 7, 11, 13] })
        {
            if (shape[1] == 1 && (name.EndsWith("foreground") || name.StartsWith("mbls-dice")))
                continue; // no class is left without the background
            var logits = Tensors.Logits(20, ScalarType.Float32, shape) * scale;
            long[] space = [shape[0], .. shape[2..]];
            var labels = Tensors.Classes(20, (int)shape[1], space);
            if (ignored is { } value)
                labels = Tensors.WithIgnored(labels, 20, value);
            yield return (logits, labels, $"({string.Join(", ", shape)})");
        }

        var plain = Tensors.Logits(21, ScalarType.Float32, 2, C, 10, 12) * scale;
        var classes = Tensors.Classes(21, C - 1, 2, 10, 12); // the last class is absent
        yield return (plain.transpose(2, 3), classes.transpose(1, 2), "transposed");
        yield return (plain[.., .., 2..9, 3..8], classes[.., 2..9, 3..8], "cropped");
        yield return (plain.narrow(3, 0, 1), classes.narrow(2, 0, 1), "one column");
        yield return ((plain / scale).round(), classes, "ties");
        yield return (zeros(2, C, 5, 5), ones([2, 5, 5], ScalarType.Int64), "one class, all equal");
    }

    private static (double[] Values, double[] Gradient) Evaluate(SegmentationLoss loss, Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var leaf = logits.detach().requires_grad_();
        var terms = loss.Forward(leaf, labels);
        terms.Total.backward();
        return ([terms.Total.ToSingle(), .. terms.Parts.Select(part => part.Value.ToSingle())], Tensors.Flat(leaf.grad!));
    }
}
