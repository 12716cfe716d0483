using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Benchmarks.Alternatives;

/// <summary>The paper's U-Net from TorchSharp's own layers, one after another as the paper draws it.</summary>
internal sealed class PlainUNet : Module<Tensor, Tensor>
{
    private static readonly int[] Factors = [1, 2, 4, 8, 16];
    private static readonly int[] Scales = [1, 2, 2, 2, 4];

    private readonly ModuleList<Sequential> down = [];
    private readonly ModuleList<Sequential> up = [];
    private readonly Conv2d last;

    public PlainUNet(int channels, int classes, int filters) : base(nameof(PlainUNet))
    {
        var widths = Factors.Select(factor => (long)factor * filters).ToArray();
        for (var i = 0; i < widths.Length; i++)
            down.Add(Block(i == 0 ? channels : widths[i - 1], widths[i]));
        for (var i = 0; i < widths.Length - 1; i++)
            up.Add(Block(widths[i + 1] + widths[i], widths[i]));
        last = Conv2d(widths[0], classes, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var skips = new List<Tensor>();
        var x = input;
        for (var i = 0; i < Factors.Length; i++)
        {
            x = down[i].call(i == 0 ? x : functional.max_pool2d(x, Scales[i]));
            skips.Add(x);
        }
        for (var i = Factors.Length - 2; i >= 0; i--)
        {
            double[] scale = [Scales[i + 1], Scales[i + 1]];
            x = up[i].call(cat([functional.interpolate(x, scale_factor: scale, mode: InterpolationMode.Nearest), skips[i]], 1));
        }
        return last.call(x).MoveToOuterDisposeScope();
    }

    private static Sequential Block(long inputs, long outputs) => Sequential(
        Conv2d(inputs, outputs, 3, padding: 1), ReLU(inplace: true), Conv2d(outputs, outputs, 3, padding: 1), ReLU(inplace: true));
}
