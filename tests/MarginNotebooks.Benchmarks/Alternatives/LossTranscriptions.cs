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
            _ when family.StartsWith("nacl-", StringComparison.Ordinal) => Nacl(family["nacl-".Length..]),
            _ when family.StartsWith("crac", StringComparison.Ordinal) => Crac(family),
            _ when family.StartsWith("l1ace-", StringComparison.Ordinal) => L1Ace(family),
            "acls" => (logits, labels, _) =>
            {
                var largest = logits.amax([1], keepdim: true);
                var others = F.relu(largest.detach() - logits - 10).square().sum([1]).mean() / (logits.shape[1] - 1);
                return F.cross_entropy(logits, labels) + 0.1 * (F.relu(largest - 10).square().mean() + 0.1 * others);
            }
            ,
            "mdca" or "mdca-focal" => (logits, labels, image) =>
            {
                var gap = F.softmax(logits, 1).mean([0, 2, 3]) - OneHot(labels, logits.shape[1]).mean([0, 2, 3]);
                return (family == "mdca" ? F.cross_entropy(logits, labels) : Of($"focal-{number}")!(logits, labels, image)) + gap.abs().mean();
            }
            ,
            "dca" => (logits, labels, _) =>
            {
                var (confidence, predicted) = F.softmax(logits, 1).max(1);
                return F.cross_entropy(logits, labels) + (confidence.mean() - (predicted == labels).to(ScalarType.Float32).mean()).abs();
            }
            ,
            "dual-focal" => (logits, labels, _) =>
            {
                var s = F.softmax(logits, 1);
                var own = s.gather(1, labels.unsqueeze(1));
                var below = (s * (s < own)).amax([1], keepdim: true);
                return -((1 - own + below).pow(number) * F.log_softmax(logits, 1).gather(1, labels.unsqueeze(1))).mean();
            }
            ,
            // In their first epoch all of AdaFocal's γ are 1.
            "flsd" => (logits, labels, _) => ByProbability(logits, labels, [0.2f], [5, 3]),
            "adafocal" => (logits, labels, _) => ByProbability(
                logits, labels, [.. Enumerable.Range(1, 14).Select(b => b / 15f)], [.. Enumerable.Repeat(1f, 15)]),
            // Before classes have been counted all margins are the same.
            "mbls-classwise" => (logits, labels, _) =>
            {
                var margins = full([1, logits.shape[1], 1, 1], number, ScalarType.Float32);
                return F.cross_entropy(logits, labels) + Lambda * F.relu(logits.amax([1], keepdim: true) - logits - margins).mean();
            }
            ,
            "sdc" => (logits, labels, _) => F.cross_entropy(logits, labels)
                + Lambda * (BoundaryShares(labels, logits.shape[1]) - F.softmax(logits, 1)).abs().mean(),
            _ => null,
        };
    }

    // −(1 − s_y)^γ log s_y with the γ of the range that s_y lies in.
    private static Tensor ByProbability(Tensor logits, Tensor labels, float[] edges, float[] gammas)
    {
        var log = F.log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
        var gamma = tensor(gammas)[log.detach().exp().contiguous().bucketize(tensor(edges), right: true)];
        return -((1 - log.exp()).pow(gamma) * log).mean();
    }

    // Share of each class in the 3×3 mean of the masks' morphological gradients.
    private static Tensor BoundaryShares(Tensor labels, long classes)
    {
        var masks = OneHot(labels, classes).contiguous();
        var gradient = F.max_pool2d(masks, [3L, 3L], [1L, 1L], [1L, 1L]) + F.max_pool2d(-masks, [3L, 3L], [1L, 1L], [1L, 1L]);
        var mean = F.avg_pool2d(F.pad(gradient, [1, 1, 1, 1], PaddingModes.Reflect), kernel_size: 3, stride: 1);
        return mean / mean.sum(1, keepdim: true).clamp_min(1e-6);
    }

    private static Formula Nacl(string variant) => (logits, labels, image) =>
    {
        var classes = logits.shape[1];
        var softmax = variant.StartsWith("softmax", StringComparison.Ordinal);
        var target = variant switch
        {
            "l2" or "softmax" or "softmax-l2" => Proportions(labels, classes),
            "gaussian" => Blurred(labels, classes, sigma: 1),
            "max" => OneHot(Around(labels).amax([1]).to(ScalarType.Int64), classes),
            "min" => OneHot(Around(labels).amin([1]).to(ScalarType.Int64), classes),
            "median" => OneHot(Around(labels).sort(1).Values.select(1, 4).to(ScalarType.Int64), classes),
            "mode" => OneHot(Proportions(labels, classes).argmax(1), classes),
            _ => ByImage(variant, labels, classes, image),
        };
        var difference = target - (softmax ? F.softmax(logits, 1) : logits);
        return F.cross_entropy(logits, labels)
            + Lambda * (variant.EndsWith("l2", StringComparison.Ordinal) && variant != "image-l2" ? difference.square() : difference.abs()).mean();
    };

    // Labels of the 3×3 pixels around each, weighted by how their intensities differ.
    private static Tensor ByImage(string variant, Tensor labels, long classes, Tensor image)
    {
        var difference = (Around(image.squeeze(1)) - image).abs();
        var axis = tensor(new float[] { -1, 0, 1 }).square() / -2;
        var gauss = (axis.unsqueeze(0) + axis.unsqueeze(1)).exp();
        var weights = variant switch
        {
            "bilateral" => difference * (gauss / gauss.sum()).reshape(1, 9, 1, 1) / 9,
            "gradient" => difference / 9,
            "bilateral-filter" => (difference.square() / -2).exp() * gauss.reshape(1, 9, 1, 1),
            "image-l1" => (-difference).exp(),
            _ => (-difference.square()).exp(),
        };
        var around = Around(labels);
        var target = stack([.. Enumerable.Range(0, (int)classes).Select(k => (weights * (around == k)).sum([1]))], 1);
        return variant is "bilateral-filter" or "image-l1" or "image-l2" ? target / target.sum(1, keepdim: true) : target;
    }

    // The 3×3 values around each pixel, 0 beyond the image.
    private static Tensor Around(Tensor map) => F.unfold(map.unsqueeze(1).to(ScalarType.Float32), 3, padding: 1)
        .reshape(map.shape[0], 9, map.shape[1], map.shape[2]);

    // In the first epoch λ is 1e-6 and ρ 0.1 everywhere.
    private static Formula Crac(string variant) => (logits, labels, _) =>
    {
        const double lambda = 1e-6, rho = 0.1, margin = 5;
        var proportions = Proportions(labels, logits.shape[1]);
        var around = Around(labels);
        var boundary = (around.amax([1], keepdim: true) != around.amin([1], keepdim: true)).to(ScalarType.Float32);
        var h = variant == "crac-distances"
            ? logits.amax([1], keepdim: true) - logits - margin
            : boundary * (proportions - logits).abs() + (1 - boundary) * (margin * proportions - logits).abs();
        var pairs = cat([h * boundary, h * (1 - boundary)], 1);
        var penalty = variant switch
        {
            "crac-p2" => lambda * pairs + lambda * rho * pairs.square() + rho * rho / 6 * pairs.pow(3),
            "crac-p3" => lambda * pairs + lambda * rho * pairs.square(),
            _ => (F.relu(lambda + rho * pairs).square() - lambda * lambda) / (2 * rho),
        };
        return F.cross_entropy(logits, labels) + penalty.mean();
    };

    private static Formula L1Ace(string variant) => (logits, labels, _) =>
    {
        var ace = Ace(logits, labels, soft: variant.StartsWith("l1ace-soft", StringComparison.Ordinal), bins: 20);
        return variant[^5..] switch
        {
            "-term" => ace,
            "-dice" => 0.5 * Dice(logits, labels, from: 0) + 0.5 * ace,
            _ when variant.EndsWith("-ce", StringComparison.Ordinal) => 0.5 * F.cross_entropy(logits, labels) + 0.5 * ace,
            _ => 0.33 * F.cross_entropy(logits, labels) + 0.33 * Dice(logits, labels, from: 0) + 0.33 * ace,
        };
    };

    // Mean over samples and classes of the mean |mean p − mean y| over the bins that hold something; 0 for absent classes.
    private static Tensor Ace(Tensor logits, Tensor labels, bool soft, int bins)
    {
        var p = F.softmax(logits, 1).flatten(2).contiguous();
        var y = OneHot(labels, logits.shape[1]).flatten(2);
        var none = zeros([p.shape[0], p.shape[1], bins]);
        Tensor weight, confidence, accuracy;
        if (soft)
        {
            var position = (p * bins - 0.5).clamp(0, bins - 1);
            var lower = position.detach().floor().clamp(0, bins - 2);
            var share = position - lower;
            Tensor Split(Tensor value) => none.scatter_add(2, lower.to(ScalarType.Int64), (1 - share) * value)
                .scatter_add(2, (lower + 1).to(ScalarType.Int64), share * value);
            (weight, confidence, accuracy) = (Split(ones_like(p)), Split(p), Split(y));
        }
        else
        {
            var bin = p.detach().bucketize(linspace(0, 1, bins + 1).narrow(0, 1, bins - 1).contiguous());
            (weight, confidence, accuracy) =
                (none.scatter_add(2, bin, ones_like(p)), none.scatter_add(2, bin, p), none.scatter_add(2, bin, y));
        }

        var held = (weight >= (soft ? 0.01 : 0.5)).to(ScalarType.Float32);
        var gap = ((confidence - accuracy).abs() / weight.clamp_min(1e-6) * held).sum(2) / held.sum(2).clamp_min(1);
        return (gap * (y.sum(2) > 0)).mean();
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
