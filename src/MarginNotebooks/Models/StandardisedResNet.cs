using System.Globalization;
using System.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// The ResNet in front of the vision transformer: a 7×7 convolution by 2, max-pooling by 2, and three blocks of bottleneck units, all with
/// group norm and weight-standardised convolutions. <c>(B, 3, H, W)</c> → <c>(B, 16 · width, H/16, W/16)</c>.
/// </summary>
internal sealed class StandardisedResNet : Module
{
    private readonly Sequential root;
    private readonly Sequential body;

    internal StandardisedResNet(int width, IReadOnlyList<int> units, Generator generator) : base(nameof(StandardisedResNet))
    {
        root = Sequential(
            ("conv", new StandardisedConvolution(3, width, kernelSize: 7, stride: 2, generator)),
            ("gn", GroupNormOf(width)),
            ("relu", ReLU(inplace: true)));
        body = Sequential(Enumerable.Range(0, units.Count).Select(block =>
        {
            var (inputs, outputs) = (block == 0 ? width : width << (block + 1), width << (block + 2));
            return ($"block{block + 1}", (Module<Tensor, Tensor>)Sequential(Enumerable.Range(1, units[block]).Select(unit =>
                ($"unit{unit.ToString(CultureInfo.InvariantCulture)}", (Module<Tensor, Tensor>)new Bottleneck(
                    unit == 1 ? inputs : outputs, width << block, outputs, unit == 1 && block > 0 ? 2 : 1, generator))).ToArray()));
        }).ToArray());
        register_module(nameof(root), root);
        register_module(nameof(body), body);
    }

    /// <summary>The last map, and those at 1/8, 1/4 and 1/2 of the size.</summary>
    internal (Tensor Last, IReadOnlyList<Tensor> Skips) Maps(Tensor images)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var x = root.call(images);
        var skips = new List<Tensor> { x };
        x = functional.max_pool2d(x, 3, 2);
        var blocks = body.children().Cast<Module<Tensor, Tensor>>().ToList();
        for (var i = 0; i < blocks.Count - 1; i++)
        {
            x = blocks[i].call(x);
            // The pooling has no padding, so its maps may lack a row and a column: zeros in the skip, none on the way on.
            var (bottom, right) = (height / (4 << i) - x.shape[2], width / (4 << i) - x.shape[3]);
            skips.Insert(0, bottom == 0 && right == 0 ? x : functional.pad(x, [0, right, 0, bottom]));
        }
        return (blocks[^1].call(x), skips);
    }

    /// <summary>Group norm with 32 groups, or as many as divide the channels, ε 1e-6.</summary>
    private static GroupNorm GroupNormOf(int channels)
    {
        const int groups = 32;
        return Layers.Fresh(GroupNorm((long)BigInteger.GreatestCommonDivisor(groups, channels), channels, eps: 1e-6));
    }

    /// <summary>1×1, 3×3 and 1×1 convolutions beside the identity or a projection.</summary>
    private sealed class Bottleneck : Module<Tensor, Tensor>
    {
        private readonly GroupNorm gn1;
        private readonly StandardisedConvolution conv1;
        private readonly GroupNorm gn2;
        private readonly StandardisedConvolution conv2;
        private readonly GroupNorm gn3;
        private readonly StandardisedConvolution conv3;
        private readonly StandardisedConvolution? downsample;
        private readonly GroupNorm? gn_proj;

        internal Bottleneck(int inputs, int inner, int outputs, int stride, Generator generator) : base(nameof(Bottleneck))
        {
            (gn1, gn2, gn3) = (GroupNormOf(inner), GroupNormOf(inner), GroupNormOf(outputs));
            conv1 = new StandardisedConvolution(inputs, inner, kernelSize: 1, stride: 1, generator);
            conv2 = new StandardisedConvolution(inner, inner, kernelSize: 3, stride, generator);
            conv3 = new StandardisedConvolution(inner, outputs, kernelSize: 1, stride: 1, generator);
            register_module(nameof(gn1), gn1);
            register_module(nameof(conv1), conv1);
            register_module(nameof(gn2), gn2);
            register_module(nameof(conv2), conv2);
            register_module(nameof(gn3), gn3);
            register_module(nameof(conv3), conv3);
            if (stride == 1 && inputs == outputs) return;
            downsample = new StandardisedConvolution(inputs, outputs, kernelSize: 1, stride, generator);
            // One group a channel, and PyTorch's default ε.
            gn_proj = Layers.Fresh(GroupNorm(outputs, outputs, eps: 1e-5));
            register_module(nameof(downsample), downsample);
            register_module(nameof(gn_proj), gn_proj);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var shortcut = downsample is null ? input : gn_proj!.call(downsample.call(input));
            var x = gn1.call(conv1.call(input)).relu_();
            x = gn2.call(conv2.call(x)).relu_();
            return (shortcut + gn3.call(conv3.call(x))).relu_().MoveToOuterDisposeScope();
        }
    }
}
