using MarginNotebooks.Data.Shifts;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>A <see cref="ShiftStudy"/> with a finished run's network; the main scores are kept, in four significant digits.</summary>
/// <param name="shifts">The shifts.</param>
public sealed class ShiftComputation(IReadOnlyList<ImageShift> shifts) : DerivedComputation
{
    /// <summary>The kind.</summary>
    public const string KindKey = "shift";

    /// <inheritdoc/>
    public override string Kind => KindKey;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Options { get; } = [.. shifts.Select(shift => shift.Describe())];

    /// <inheritdoc/>
    public override DerivedComputation Including(IReadOnlyList<string> stored)
    {
        var more = stored.Except(Options).Select(option => (option, Shift: ShiftCatalog.Find(option.Split(' ')[0])))
            .Where(item => item.Shift?.Describe() == item.option && shifts.All(shift => shift.Key != item.Shift.Key)).Select(item => item.Shift!);
        ImageShift[] all = [.. shifts, .. more];
        // In the catalogue's order, whoever was asked for first.
        return new ShiftComputation([.. all.OrderBy(shift => ShiftCatalog.Keys.ToList().IndexOf(shift.Key) is var place and >= 0 ? place : int.MaxValue)]);
    }

    /// <inheritdoc/>
    public override (string Scores, IReadOnlyList<string> Notes) Compute(
        nn.Module<Tensor, Tensor> network, StudyData data, Device device, IProgress<string>? progress, CancellationToken cancellation)
    {
        var results = ShiftStudy.Run(network, data, shifts, device, progress, cancellation);
        return (results.Reduced(ResultTables.MainScores, digits: 4).ToCsv(), [$"What is random in the shifts comes from seed {ShiftStudy.DefaultSeed} and the case's name."]);
    }
}
