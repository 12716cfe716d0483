using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>What the dearest loss adds to a training step of a small network.</summary>
internal sealed class LossCostRow : Row
{
    private const int Batch = 16;
    private const int Size = 64;

    public override string Id => "losses-cost";

    public override string Title => "Dearest loss: what it adds to a small network's step, over CE";

    public override string Measures =>
        "Forward and backward pass of each loss of the catalogue on 16×4×64×64 logits (channels-last) by BenchmarkDotNet, less that of "
        + "CE, as a share of "
        + "the training step of the 8-filter U-Net with CE on 16×1×64×64. The figure is the largest share.";

    public override string FigureUnit => "%";

    public override Requirement Required => Requirement.AtMost(5);

    public override string WhenShort =>
        "The eight of the catalogue's 58 methods that hold L1-ACE cost more: they look a histogram cell up for every pixel and "
        + "class, twice. CRaC with the penalty P2 and the dual focal loss come near. Tried for L1-ACE: one 32-byte addition a "
        + "cell, and separate tables for even and odd pixels, so that neighbours do not wait for one another.";

    public override Outcome Run(RowContext context)
    {
        using var batch = new LossBatch(Batch, Size);
        var methods = LossBatch.Methods(context);
        var samples = SmallPieces.Time(context, [.. methods.Select(method =>
        {
            var loss = method.CreateLoss();
            return new SmallPiece(method.DisplayName, () => batch.Kit(loss));
        })]);
        var step = Step(context);
        var plain = samples[methods.ToList().FindIndex(method => method.Key == "ce")];
        var dearest = samples.MaxBy(sample => sample.Median)!;
        return new Outcome((dearest.Median - plain.Median) / 1000 / step.Median * 100, dearest, step)
        {
            Details = samples,
            Facts = samples.ToDictionary(
                sample => sample.Name, sample => $"{ReadmeTable.Number((sample.Median - plain.Median) / 1000 / step.Median * 100)} %"),
        };
    }

    private static Sample Step(RowContext context)
    {
        using var network = new UNet(1, 4, filtersBase: 8);
        using var steps = new TrainerSteps(Batch, Size, context.Size(12, 1), warmUps: context.Size(3, 1));
        steps.Run(network, new CrossEntropyLoss(), KitTraining.Options);
        return new Sample($"training step, 8 filters, CE, {KitTraining.Description(KitTraining.Options)}", "ms", steps.Milliseconds);
    }
}
