using MarginNotebooks.Reference;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// nnU-Net's plain 2-D network: instance norm and leaky ReLU, strided convolutions down, transposed convolutions up, deep supervision.
/// </summary>
/// <remarks>
/// Stage i has <c>min(filtersBase · 2ⁱ, 512)</c> channels and two times (convolution 3×3, instance norm with scale and shift, leaky ReLU
/// with slope 0.01); the first convolution of each stage but the first has the stride of <see cref="NnUNetPlan"/>. The decoder raises a map
/// by a transposed convolution whose kernel is its stride, joins (raised, skip) and has a stage of the same form; every decoder stage has a
/// 1×1 convolution to logits. In training the outputs at 1, 1/2, 1/4 … of the size have the weights 1, 1/2, 1/4 …, divided by their sum;
/// the coarsest output has the weight 0, as in nnU-Net, so it is not computed. Labels of a coarse output are every n-th row and column
/// (nearest neighbour as PyTorch's <c>interpolate</c>; nnU-Net resizes with scikit-image, which takes another pixel of each block).
/// <para>Source: Isensee et al., nnU-Net, Nature Methods 18 (2021), arXiv 1904.08128. Initial weights are Kaiming normal for the leaky
/// ReLU, biases 0. Names are those of <c>PlainConvUNet</c> in dynamic-network-architectures, each parameter once
/// (<c>encoder.stages.0.0.convs.0.conv.weight</c> …); a checkpoint of theirs repeats them under <c>all_modules</c> and
/// <c>decoder.encoder</c>, which a name map leaves out.</para>
/// <para>Shapes: input <c>(B, C, H, W) float</c>, output <c>(B, K, H, W)</c> logits. Sizes that cannot be halved often enough are padded by
/// repeating the last row and column, and the logits cropped.</para>
/// </remarks>
[Reference(ReferenceKind.Backbone, "nnunet", "nnU-Net, plain 2-D network",
    Formula = "stages of 2 × [conv 3×3, instance norm, leaky ReLU 0.01], strided conv down, transposed conv up; Σ 2⁻ⁱ lossᵢ / Σ 2⁻ⁱ",
    Source = "Isensee et al., Nature Methods 18 (2021), arXiv 1904.08128",
    Test = "NnUNetTests",
    Note = "Depth from the slice size: each axis is halved while it stays at 4 or more. Neither nnU-Net's augmentation nor its loss.")]
public sealed class NnUNet : SegmentationNetwork, IDeeplySupervised
{
    /// <summary>Its entry in <see cref="BackboneCatalog"/>.</summary>
    public static Backbone Backbone { get; } = new(
        "nnunet", "nnU-Net (2-D)", PublishedFilters: 32,
        s => new NnUNet(s.InputChannels, s.Classes, NnUNetPlan.For(s.Height, s.Width), s.Filters, s.Seed),
        "Isensee et al., Nature Methods 18 (2021), arXiv 1904.08128");

    /// <summary>Widest stage of nnU-Net's 2-D networks.</summary>
    public const int MaxFilters = 512;

    private const double Slope = 0.01;

    private readonly Encoder encoder;
    private readonly Decoder decoder;
    private readonly (int Rows, int Columns) multiple;

    /// <summary>Builds the network.</summary>
    /// <param name="inputChannels">Image channels C.</param>
    /// <param name="classes">Classes K, background included.</param>
    /// <param name="plan">Depth and strides.</param>
    /// <param name="filtersBase">Width of the first stage; 32 in nnU-Net.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    public NnUNet(int inputChannels, int classes, NnUNetPlan plan, int filtersBase = 32, long seed = 1) : base(nameof(NnUNet), inputChannels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(filtersBase, 1);
        Plan = plan;
        multiple = (plan.Strides.Aggregate(1, (product, s) => product * s.Rows), plan.Strides.Aggregate(1, (product, s) => product * s.Columns));
        using var generator = new Generator(unchecked((ulong)seed));
        int[] widths = [.. Enumerable.Range(0, plan.Stages).Select(stage => (int)Math.Min((long)filtersBase << stage, MaxFilters))];
        encoder = new Encoder(inputChannels, widths, plan, generator);
        decoder = new Decoder(classes, widths, plan, generator);
        register_module(nameof(encoder), encoder);
        register_module(nameof(decoder), decoder);
        InitialiseKaiming(generator);
    }

    /// <summary>Depth and strides.</summary>
    public NnUNetPlan Plan { get; }

    /// <summary>Weights of the outputs in training, the one at full size first; they sum to 1.</summary>
    public IReadOnlyList<double> OutputWeights
    {
        get
        {
            // One output a decoder stage; the coarsest counts for nothing unless it is the only one.
            double[] weights = [.. Enumerable.Range(0, Math.Max(1, Plan.Stages - 2)).Select(i => Math.Pow(0.5, i))];
            var sum = weights.Sum();
            return [.. weights.Select(weight => weight / sum)];
        }
    }

    /// <summary>Logits of a batch of images.</summary>
    /// <param name="input">Images <c>(B, C, H, W) float</c>, any H and W.</param>
    /// <returns>Logits <c>(B, K, H, W)</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Outputs(input, 1)[0].Logits.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<SupervisedOutput> ForwardAll(Tensor input)
    {
        using var scope = NewDisposeScope();
        var outputs = Outputs(input, OutputWeights.Count);
        foreach (var output in outputs) output.Logits.MoveToOuterDisposeScope();
        return outputs;
    }

    private List<SupervisedOutput> Outputs(Tensor input, int count)
    {
        var frame = ImageFrame.Of(input, InputChannels, multiple.Rows, multiple.Columns);
        var logits = decoder.Logits(encoder.Maps(frame.Pad(input)), count);
        var outputs = new List<SupervisedOutput>();
        var (rows, columns) = (1, 1);
        for (var i = 0; i < count; i++)
        {
            (rows, columns) = (rows * Plan.Strides[i].Rows, columns * Plan.Strides[i].Columns);
            outputs.Add(new(frame.Crop(logits[i], rows, columns), OutputWeights[i], rows, columns));
        }
        return outputs;
    }

    private void InitialiseKaiming(Generator generator)
    {
        using var _ = no_grad();
        foreach (var module in modules().Where(module => module is Convolution or TransposedConvolution))
        {
            var weight = module.get_parameter("weight")!;
            weight.normal_(0, Math.Sqrt(2 / ((1 + Slope * Slope) * (weight.numel() / weight.shape[0]))), generator);
            module.get_parameter("bias")!.zero_();
        }
    }

    /// <summary>The way down; keeps the map of every stage.</summary>
    private sealed class Encoder : Module
    {
        private readonly ModuleList<Sequential> stages = [];

        internal Encoder(int inputs, int[] widths, NnUNetPlan plan, Generator generator) : base(nameof(Encoder))
        {
            // Position 0 of a sequence, as in nnU-Net, where a pooling can come first.
            for (var i = 0; i < widths.Length; i++)
                stages.Add(Sequential(("0", new Stage(i == 0 ? inputs : widths[i - 1], widths[i], plan.Strides[i], generator))));
            register_module(nameof(stages), stages);
        }

        internal List<Tensor> Maps(Tensor x)
        {
            var maps = new List<Tensor>();
            foreach (var stage in stages) maps.Add(x = stage.call(x));
            return maps;
        }
    }

    /// <summary>The way up, deepest stage first.</summary>
    private sealed class Decoder : Module
    {
        private readonly ModuleList<Stage> stages = [];
        private readonly ModuleList<TransposedConvolution> transpconvs = [];
        private readonly ModuleList<Convolution> seg_layers = [];

        internal Decoder(int classes, int[] widths, NnUNetPlan plan, Generator generator) : base(nameof(Decoder))
        {
            for (var i = widths.Length - 2; i >= 0; i--)
            {
                transpconvs.Add(new TransposedConvolution(widths[i + 1], widths[i], plan.Strides[i + 1], generator));
                stages.Add(new Stage(2 * widths[i], widths[i], (1, 1), generator));
                seg_layers.Add(new Convolution(widths[i], classes, kernelSize: 1, generator, keepsFloat32: true));
            }
            register_module(nameof(stages), stages);
            register_module(nameof(transpconvs), transpconvs);
            register_module(nameof(seg_layers), seg_layers);
        }

        /// <summary>Logits of the last stages, the one at full size first.</summary>
        internal List<Tensor> Logits(List<Tensor> maps, int count)
        {
            var x = maps[^1];
            var logits = new List<Tensor>();
            for (var i = 0; i < stages.Count; i++)
            {
                x = stages[i].call(cat([transpconvs[i].call(x), maps[^(i + 2)]], 1));
                if (stages.Count - i <= count) logits.Insert(0, seg_layers[i].call(x));
            }
            return logits;
        }
    }

    /// <summary>Two times convolution 3×3, instance norm, leaky ReLU; the first convolution has the stride.</summary>
    private sealed class Stage : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Unit> convs;

        internal Stage(int inputs, int outputs, (int Rows, int Columns) stride, Generator generator) : base(nameof(Stage))
        {
            convs = [new Unit(inputs, outputs, stride, generator), new Unit(outputs, outputs, (1, 1), generator)];
            register_module(nameof(convs), convs);
        }

        public override Tensor forward(Tensor input)
        {
            using var hidden = convs[0].call(input);
            return convs[1].call(hidden);
        }
    }

    /// <summary>Convolution 3×3, instance norm with scale and shift, leaky ReLU.</summary>
    private sealed class Unit : Module<Tensor, Tensor>
    {
        private readonly Convolution conv;
        private readonly InstanceNorm2d norm;

        internal Unit(int inputs, int outputs, (int Rows, int Columns) stride, Generator generator) : base(nameof(Unit))
        {
            conv = new Convolution(inputs, outputs, kernelSize: 3, generator, stride: stride);
            norm = Layers.Fresh(InstanceNorm2d(outputs, eps: 1e-5, affine: true, track_running_stats: false));
            register_module(nameof(conv), conv);
            register_module(nameof(norm), norm);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return functional.leaky_relu(norm.call(conv.call(input)), Slope, inplace: true).MoveToOuterDisposeScope();
        }
    }
}
