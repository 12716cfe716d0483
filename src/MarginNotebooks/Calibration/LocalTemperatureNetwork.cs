using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Calibration;

/// <summary>The authors' network for local temperature scaling: a small tree of dilated convolutions that gives every pixel a
/// temperature.</summary>
/// <remarks>
/// <para>
/// Nine 5×5 convolutions of dilation 2 with one output channel each, reflecting borders. Of the logits: four leaves <c>t_1 … t_4</c>
/// and four gates <c>g_1 … g_4</c>, gates through a sigmoid. Of the image: one leaf <c>t_I</c>. Each leaf has 1 added. Then <c>T =
/// mix(mix(mix(t_1, t_2; g_1), mix(t_3, t_4; g_2); g_3), t_I; g_4) + 1</c>, <c>mix(a, b; g) = g a + (1 − g) b</c>. Source: Ding et al.,
/// "Local Temperature Scaling for Probability Calibration", ICCV 2021, arXiv 2008.05105, and their code. Without images the last mix is
/// left out.
/// </para>
/// <para>Shapes: logits <c>(B, C, H, W)</c>, image <c>(B, channels, H, W)</c> → temperatures <c>(B, 1, H, W)</c>, any number of classes
/// and channels, any device.</para>
/// <para>
/// Deviations. Theirs ends in <c>relu(·) + 1e-8</c>, where one pixel below 0 has a loss of 10⁸ times its logits; here T is at least
/// <see cref="Least"/>. Theirs begins with all weights at 0, which is T = 2 everywhere, and keeps the four leaves equal for ever, since
/// equal leaves give gates no gradient; here the leaves begin at a given temperature and the gates at random weights. Maps too small to
/// reflect (fewer than 5 pixels along an axis) are padded by repeating the border.
/// </para>
/// </remarks>
internal sealed class LocalTemperatureNetwork : Module<Tensor, Tensor>
{
    /// <summary>Least temperature.</summary>
    internal const double Least = 0.05;

    private const int Kernel = 5;
    private const int Dilation = 2;
    private const int Border = Dilation * (Kernel / 2);
    private const int Leaves = 4;
    private const int Gates = 4;

    private readonly Parameter logits_weight;
    private readonly Parameter logits_bias;
    private readonly Parameter? image_weight;
    private readonly Parameter? image_bias;

    /// <summary>A network that gives one temperature everywhere.</summary>
    /// <param name="classes">C.</param>
    /// <param name="imageChannels">Channels of the image; 0 to do without.</param>
    /// <param name="temperature">Where it begins.</param>
    /// <param name="seed">Seed of the gates' weights: uniform within 1/√fan-in.</param>
    internal LocalTemperatureNetwork(int classes, int imageChannels, double temperature, ulong seed) : base(nameof(LocalTemperatureNetwork))
    {
        (Classes, ImageChannels) = (classes, imageChannels);
        using var generator = new Generator(seed);
        using var _ = no_grad();
        using (NewDisposeScope())
        {
            var bound = 1 / Math.Sqrt((double)classes * Kernel * Kernel);
            var gates = empty(Gates, classes, Kernel, Kernel).uniform_(-bound, bound, generator);
            logits_weight = Parameter(cat([zeros(Leaves, classes, Kernel, Kernel), gates], 0).DetachFromDisposeScope());
            logits_bias = Parameter(cat([full([Leaves], (float)(temperature - 2)), zeros(Gates)], 0).DetachFromDisposeScope());
            logits_weight.DetachFromDisposeScope();
            logits_bias.DetachFromDisposeScope();
            if (imageChannels > 0)
            {
                image_weight = Parameter(zeros(1, imageChannels, Kernel, Kernel).DetachFromDisposeScope());
                image_bias = Parameter(full([1], (float)(temperature - 2)).DetachFromDisposeScope());
                image_weight.DetachFromDisposeScope();
                image_bias.DetachFromDisposeScope();
            }
        }
        RegisterComponents();
    }

    internal int Classes { get; }

    internal int ImageChannels { get; }

    /// <summary>Temperatures from logits alone.</summary>
    public override Tensor forward(Tensor logits) => Temperatures(logits, null);

    /// <summary>Temperatures.</summary>
    /// <param name="logits"><c>(B, C, H, W) float32</c>.</param>
    /// <param name="image"><c>(B, channels, H, W) float32</c>; null exactly when the network has no image channels.</param>
    /// <returns><c>(B, 1, H, W)</c>.</returns>
    internal Tensor Temperatures(Tensor logits, Tensor? image)
    {
        using var scope = NewDisposeScope();
        var maps = functional.conv2d(Padded(logits), logits_weight, logits_bias, dilation: [Dilation, Dilation]);
        Tensor Leaf(int i) => maps.narrow(1, i, 1);
        Tensor Gate(int i) => maps.narrow(1, Leaves + i, 1).sigmoid();
        var first = Mix(Leaf(0), Leaf(1), Gate(0));
        var second = Mix(Leaf(2), Leaf(3), Gate(1));
        var temperature = Mix(first, second, Gate(2));
        if (image is not null)
        {
            var ofImage = functional.conv2d(Padded(image), image_weight!, image_bias!, dilation: [Dilation, Dilation]);
            temperature = Mix(temperature, ofImage, Gate(3));
        }
        // 1 on every leaf is 1 on every mix of them.
        return (temperature + 2).clamp_min(Least).MoveToOuterDisposeScope();
    }

    private static Tensor Mix(Tensor a, Tensor b, Tensor gate) => gate * a + (1 - gate) * b;

    private static Tensor Padded(Tensor map) => functional.pad(
        map, [Border, Border, Border, Border], map.shape[^1] > Border && map.shape[^2] > Border ? PaddingModes.Reflect : PaddingModes.Replicate);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            logits_weight.Dispose();
            logits_bias.Dispose();
            image_weight?.Dispose();
            image_bias?.Dispose();
        }
        base.Dispose(disposing);
    }
}
