using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MarginNotebooks.Benchmarks.Alternatives;

/// <summary>
/// The losses of the catalogue as anyone would write them: each a direct transcription of its published formula into TorchSharp operations, with
/// nothing shared and nothing saved.
/// </summary>
public static class LossTranscriptions
{
    private const double Lambda = 0.1;
    private const double Smooth = 1e-5;

    /// <summary>A transcription: logits <c>(B, C, H, W)</c>, labels <c>(B, H, W)</c> and image <c>(B, M, H, W)</c> to a scalar.</summary>
    public delegate Tensor Formula(Tensor logits, Tensor labels, Tensor image);

    /// <summary>The transcription of a method, by its key in <see cref="Losses.MethodCatalog"/>; null when there is none.</summary>
    /// <param name="key">For example <c>mbls-5</c>.</param>
    /// <returns>The formula; it may leave intermediate tensors to the surrounding dispose scope.</returns>
    public static Formula? Of(string key)
    {
        var (family, number) = Split(key);
        return family switch
        {
            "ce" => (logits, labels, _) => F.cross_entropy(logits, labels),
            "ce-dice" => (logits, labels, _) => F.cross_entropy(logits, labels) + Dice(logits, labels, from: 0),
            "focal" => (logits, labels, _) =>
            {
                var logPt = F.log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
                return -((1 - logPt.exp()).pow(number) * logPt).mean();
            }
            ,
            "ls" => (logits, labels, _) =>
                (1 - number) * F.cross_entropy(logits, labels) + number * -F.log_softmax(logits, 1).mean([1]).mean(),
            "svls" => (logits, labels, _) => -(Blurred(labels, logits.shape[1], number) * F.log_softmax(logits, 1)).sum(1).mean(),
            "ecp" => (logits, labels, _) =>
            {
                var s = F.softmax(logits, 1);
                return F.cross_entropy(logits, labels) - number * -(s * s.clamp_min(1e-10).log()).mean();
            }
            ,
            "mbls" => (logits, labels, _) => F.cross_entropy(logits, labels) + Lambda * Excess(logits, number).mean(),
            "mbls-l2" => (logits, labels, _) => F.cross_entropy(logits, labels) + Lambda * Excess(logits, number).square().mean(),
            "mbls-dice" => (logits, labels, _) =>
                F.cross_entropy(logits, labels) + Dice(logits, labels, from: 1) + Lambda * Excess(logits, number).mean(),
            "nacl" => (logits, labels, _) =>
                F.cross_entropy(logits, labels) + Lambda * (Proportions(labels, logits.shape[1]) - logits).abs().mean(),
            _ => null,
        };
    }

    // max(0, max_j l_j − l_k − m)
    private static Tensor Excess(Tensor logits, double margin) => F.relu(logits.amax([1], keepdim: true) - logits - margin);

    // 1 − mean over samples and classes of (2 Σ p·y + ε) / (Σ p + Σ y + ε).
    private static Tensor Dice(Tensor logits, Tensor labels, long from)
    {
        var p = F.softmax(logits, 1).narrow(1, from, logits.shape[1] - from);
        var y = OneHot(labels, logits.shape[1]).narrow(1, from, logits.shape[1] - from);
        return 1 - ((2 * (p * y).sum([2, 3]) + Smooth) / (p.sum([2, 3]) + y.sum([2, 3]) + Smooth)).mean();
    }

    private static Tensor OneHot(Tensor labels, long classes) => F.one_hot(labels, classes).permute(0, 3, 1, 2).to(ScalarType.Float32);

    // Half the pixel's own label, half its 3×3 neighbours' by a Gaussian; borders repeated.
    private static Tensor Blurred(Tensor labels, long classes, double sigma)
    {
        var axis = tensor(new double[] { -1, 0, 1 }).square() / (-2 * sigma * sigma);
        var kernel = (axis.unsqueeze(0) + axis.unsqueeze(1)).exp();
        kernel[1, 1] = 0;
        kernel = kernel / kernel.sum();
        kernel[1, 1] = 1;
        var weight = (kernel / kernel.sum()).to(ScalarType.Float32).expand(classes, 1, 3, 3).contiguous();
        return F.conv2d(F.pad(OneHot(labels, classes), [1, 1, 1, 1], PaddingModes.Replicate), weight, groups: classes);
    }

    // Share of each class among the 3×3 pixels around each; beyond the image lies background.
    private static Tensor Proportions(Tensor labels, long classes) =>
        F.avg_pool2d(OneHot(F.pad(labels, [1, 1, 1, 1]), classes), kernel_size: 3, stride: 1);

    private static (string Family, double Number) Split(string key)
    {
        var hyphen = key.LastIndexOf('-');
        return hyphen > 0 && double.TryParse(key[(hyphen + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (key[..hyphen], number)
            : (key, double.NaN);
    }
}
