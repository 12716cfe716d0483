using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>The training step that most rows are about: the paper's U-Net, 32 filters, 4×1×192×192, Adam, MbLS.</summary>
/// <param name="Filters">Width of the first level.</param>
/// <param name="Batch">Slices in a batch.</param>
/// <param name="Size">Rows and columns.</param>
/// <param name="Rounds">Steps that count.</param>
/// <param name="WarmUps">Steps before.</param>
internal sealed record PaperStep(int Filters, int Batch, int Size, int Rounds, int WarmUps)
{
    public const double Margin = 5;
    public const double Lambda = 0.1;

    public static PaperStep Of(RowContext context) =>
        context.Quick ? new PaperStep(4, 2, 32, 2, 1) : new PaperStep(32, 4, 192, 11, 3);

    public string Text => $"U-Net of {Filters} filters, {Batch}×1×{Size}×{Size}, Adam, MbLS (m = 5, λ = 0.1)";

    /// <summary>The kit's step in turn with another; both samples have one value a round.</summary>
    /// <param name="other">Measures the other thing once, in milliseconds.</param>
    /// <param name="name">Name of the other sample.</param>
    public (Sample Kit, Sample Other) Against(string name, Func<double> other)
    {
        var others = new List<double>();
        using var network = new UNet(1, 4, Filters);
        using var steps = new TrainerSteps(Batch, Size, Rounds, WarmUps, round =>
        {
            var milliseconds = other();
            if (round >= 0)
                others.Add(milliseconds);
        });
        steps.Run(network, new MarginLoss(Margin, Lambda), KitTraining.Options);
        return (new Sample($"kit, {KitTraining.Description(KitTraining.Options)}", "ms", steps.Milliseconds), new Sample(name, "ms", others));
    }
}
