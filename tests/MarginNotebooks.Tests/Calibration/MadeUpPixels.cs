using MarginNotebooks.Calibration;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

/// <summary>Pixels whose true probabilities are known, because their labels are drawn from them.</summary>
internal static class MadeUpPixels
{
    /// <summary>Logits <c>(1, C, n)</c> and labels drawn from <c>softmax(honest(logits))</c>; the identity makes a perfectly calibrated
    /// network.</summary>
    internal static CalibrationBatch Draw(int seed, int classes, int pixels, Func<Tensor, Tensor>? honest = null, double spread = 2, long[]? shape = null)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)seed);
        var logits = randn([1, classes, pixels], generator: random) * spread + linspace(1, -1, classes).view(1, classes, 1);
        var probabilities = nn.functional.softmax(honest?.Invoke(logits) ?? logits, 1);
        var labels = probabilities.squeeze(0).t().contiguous().multinomial(1, generator: random).t().contiguous(); // (1, n)
        return shape is null
            ? new CalibrationBatch(logits.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope())
            : new CalibrationBatch(logits.view([1, classes, .. shape]).MoveToOuterDisposeScope(), labels.view([1, .. shape]).MoveToOuterDisposeScope());
    }

    /// <summary>A network that is too sure of itself, of some classes more than of others, and prefers the first.</summary>
    internal static Tensor Modest(Tensor logits)
    {
        var classes = (int)logits.shape[1];
        return logits * linspace(0.35, 0.7, classes).view(1, classes, 1) + linspace(-0.8, 0.4, classes).view(1, classes, 1) + 0.1 * logits.roll(1, 1);
    }

    /// <summary>Fits until the test is cancelled.</summary>
    internal static CalibratorFit FitHere(this Calibrator calibrator, IReadOnlyList<CalibrationBatch> batches) =>
        calibrator.Fit(batches, TestContext.Current.CancellationToken);

    /// <summary>Mean negative log-likelihood, in double precision.</summary>
    internal static double Loss(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return -nn.functional.log_softmax(logits.to(ScalarType.Float64), 1).gather(1, labels.unsqueeze(1)).mean().item<double>();
    }

    internal static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
