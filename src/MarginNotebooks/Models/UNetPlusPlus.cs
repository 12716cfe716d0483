using MarginNotebooks.Reference;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// U-Net++: a U-Net whose skip connections are themselves columns of convolutions, each fed by all earlier maps of its level and the
/// up-sampled map of the level below.
/// </summary>
/// <remarks>
/// Node <c>X(i, j) = H([X(i, 0), …, X(i, j−1), up(X(i+1, j−1))])</c>, and <c>X(i, 0) = H(pool(X(i−1, 0)))</c>, for levels i = 0..4 and
/// columns j = 0..4−i, where H is two times (convolution 3×3, batch norm, ReLU), pooling is by 2 and up-sampling bilinear. Widths are
/// <c>filtersBase · (1, 2, 4, 8, 16)</c>, the same along a level.
/// <para>With deep supervision the nodes X(0, 1) to X(0, 4) each have a 1×1 convolution to logits; in training each is compared with the
/// labels, all with the same weight, and in evaluation the output is the mean of the four (the publication's accurate mode). The
/// publication does not say whether logits or probabilities are averaged: here logits, so that the output stays on the scale on which
/// margins are trained.</para>
/// <para>Source: Zhou et al., UNet++, DLMIA 2018, arXiv 1807.10165; IEEE TMI 39(6) 2020, arXiv 1912.05074. Batch norm is not in the
/// publication's text; the PyTorch versions in use have it. Names are those of the most used one (<c>conv0_0.conv1.weight</c> …
/// <c>final.weight</c>, or <c>final1.weight</c> … with deep supervision).</para>
/// <para>Shapes: input <c>(B, C, H, W) float</c>, output <c>(B, K, H, W)</c> logits. Sizes that are no multiples of 16 are padded by
/// repeating the last row and column, and the logits cropped.</para>
/// </remarks>
[Reference(ReferenceKind.Backbone, "unetpp", "U-Net++",
    Formula = "X(i, j) = H([X(i, 0), …, X(i, j−1), up(X(i+1, j−1))]), X(i, 0) = H(pool(X(i−1, 0)))",
    Source = "Zhou et al., DLMIA 2018, arXiv 1807.10165; IEEE TMI 2020, arXiv 1912.05074",
    Test = "UNetPlusPlusTests", Note = "32 filters at first: 9.2 million parameters.")]
[Reference(ReferenceKind.Backbone, "unetpp-ds", "U-Net++ with deep supervision",
    Formula = "as unetpp; loss = mean over j = 1..4 of the loss of X(0, j)'s logits, output = mean of those logits",
    Source = "Zhou et al., DLMIA 2018, arXiv 1807.10165; IEEE TMI 2020, arXiv 1912.05074",
    Test = "UNetPlusPlusTests", Note = "The publication's accurate mode.")]
public sealed class UNetPlusPlus : SegmentationNetwork, IDeeplySupervised
{
    private const string Publication = "Zhou et al., IEEE TMI 39(6) 2020, arXiv 1912.05074";

    /// <summary>Its entry in <see cref="BackboneCatalog"/>, with one output.</summary>
    public static Backbone Backbone { get; } = new(
        "unetpp", "U-Net++", PublishedFilters: 32, s => new UNetPlusPlus(s.InputChannels, s.Classes, s.Filters, seed: s.Seed), Publication);

    /// <summary>Its entry with deep supervision.</summary>
    public static Backbone DeeplySupervised { get; } = new(
        "unetpp-ds", "U-Net++ (deep supervision)", PublishedFilters: 32,
        s => new UNetPlusPlus(s.InputChannels, s.Classes, s.Filters, deepSupervision: true, s.Seed), Publication);

    /// <summary>Height and width are padded to multiples of this: the product of all poolings.</summary>
    public const int SizeMultiple = 16;

    private const int Levels = 5;

    // Node (i, j) of level i and column j; null where there is none.
    private readonly Node?[,] nodes = new Node?[Levels, Levels];
    private readonly Convolution[] heads;

    /// <summary>Builds the network with PyTorch's default initialisation.</summary>
    /// <param name="inputChannels">Image channels C.</param>
    /// <param name="classes">Classes K, background included.</param>
    /// <param name="filtersBase">Width of the first level; 32 in the publication.</param>
    /// <param name="deepSupervision">Whether four outputs are trained and averaged instead of one.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    public UNetPlusPlus(int inputChannels, int classes, int filtersBase = 32, bool deepSupervision = false, long seed = 1)
        : base(nameof(UNetPlusPlus), inputChannels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(filtersBase, 1);
        DeepSupervision = deepSupervision;
        using var generator = new Generator(unchecked((ulong)seed));
        for (var column = 0; column < Levels; column++)
            for (var level = 0; level < Levels - column; level++)
            {
                var width = filtersBase << level;
                var inputs = column > 0 ? column * width + (width << 1) : level > 0 ? width >> 1 : inputChannels;
                var node = nodes[level, column] = new Node(inputs, width, generator);
                register_module($"conv{level}_{column}", node);
            }
        string[] names = deepSupervision ? [.. Enumerable.Range(1, Levels - 1).Select(column => $"final{column}")] : ["final"];
        heads = [.. names.Select(_ => new Convolution(filtersBase, classes, kernelSize: 1, generator, keepsFloat32: true))];
        for (var i = 0; i < heads.Length; i++) register_module(names[i], heads[i]);
    }

    /// <summary>Whether four outputs are trained and averaged instead of one.</summary>
    public bool DeepSupervision { get; }

    /// <summary>Logits of a batch of images.</summary>
    /// <param name="input">Images <c>(B, C, H, W) float</c>, any H and W.</param>
    /// <returns>Logits <c>(B, K, H, W)</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var outputs = Outputs(input);
        var mean = outputs[0];
        foreach (var other in outputs.Skip(1)) mean = mean + other;
        return (outputs.Count > 1 ? mean / outputs.Count : mean).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<SupervisedOutput> ForwardAll(Tensor input)
    {
        using var scope = NewDisposeScope();
        var outputs = Outputs(input);
        // The deepest node last in the network is the first to the caller: its output is the most refined.
        return [.. outputs.Reverse().Select(logits => new SupervisedOutput(logits.MoveToOuterDisposeScope(), 1.0 / outputs.Count))];
    }

    /// <summary>The logits of X(0, 1) to X(0, 4), or of the last alone.</summary>
    private IReadOnlyList<Tensor> Outputs(Tensor input)
    {
        var frame = ImageFrame.Of(input, InputChannels, SizeMultiple);
        var maps = new Tensor[Levels, Levels];
        for (var diagonal = 0; diagonal < Levels; diagonal++)
        {
            maps[diagonal, 0] = nodes[diagonal, 0]!.call(diagonal == 0 ? frame.Pad(input) : functional.max_pool2d(maps[diagonal - 1, 0], 2));
            for (var column = 1; column <= diagonal; column++)
            {
                var level = diagonal - column;
                var sources = Enumerable.Range(0, column).Select(earlier => maps[level, earlier])
                    .Append(Layers.DoubledBilinear(maps[level + 1, column - 1])).ToArray();
                maps[level, column] = nodes[level, column]!.call(cat(sources, 1));
            }
        }
        var first = Levels - heads.Length;
        return [.. heads.Select((head, i) => frame.Crop(head.call(maps[0, first + i])))];
    }

    /// <summary>H: two times convolution 3×3, batch norm, ReLU; the size stays.</summary>
    private sealed class Node : Module<Tensor, Tensor>
    {
        private readonly Convolution conv1;
        private readonly BatchNorm2d bn1;
        private readonly Convolution conv2;
        private readonly BatchNorm2d bn2;

        internal Node(int inputs, int outputs, Generator generator) : base(nameof(Node))
        {
            conv1 = new Convolution(inputs, outputs, kernelSize: 3, generator);
            bn1 = Layers.Fresh(BatchNorm2d(outputs));
            conv2 = new Convolution(outputs, outputs, kernelSize: 3, generator);
            bn2 = Layers.Fresh(BatchNorm2d(outputs));
            register_module(nameof(conv1), conv1);
            register_module(nameof(bn1), bn1);
            register_module(nameof(conv2), conv2);
            register_module(nameof(bn2), bn2);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = bn1.call(conv1.call(input)).relu_();
            return bn2.call(conv2.call(hidden)).relu_().MoveToOuterDisposeScope();
        }
    }
}
