using MarginNotebooks.Data.Shifts;
using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Scores a trained network on its test volumes as they are, and under shifts of growing strength.</summary>
/// <example><code>
/// using var network = Experiment.LoadNetwork(configuration, data, options);
/// var results = ShiftStudy.Run(network, data, [ShiftCatalog.Get("noise")], torch.CPU);
/// results.Summary("noise").Display();
/// </code></example>
public static class ShiftStudy
{
    /// <summary>Key of the rows of the unshifted volumes.</summary>
    public const string Unshifted = "none";

    /// <summary>Seed of the shifts of every stored result.</summary>
    public const ulong DefaultSeed = 1;

    /// <summary>Scores. One volume at a time: beside the data, the memory holds one shifted volume.</summary>
    /// <param name="network">A trained network.</param>
    /// <param name="data">The data it was trained on.</param>
    /// <param name="shifts">Shifts with different keys.</param>
    /// <param name="device">Where the network computes.</param>
    /// <param name="progress">Told which volume is at work.</param>
    /// <param name="cancellation">Stops between strengths of a volume.</param>
    /// <param name="seed">Seed of what is random in the shifts.</param>
    /// <returns>For each protocol a row for each volume, shift and strength; the unshifted volumes once.</returns>
    /// <exception cref="ArgumentException">Two shifts have the same key.</exception>
    public static ShiftResults Run(
        nn.Module<Tensor, Tensor> network, StudyData data, IReadOnlyList<ImageShift> shifts, Device device,
        IProgress<string>? progress = null, CancellationToken cancellation = default, ulong seed = DefaultSeed)
    {
        if (shifts.GroupBy(shift => shift.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The shift '{twice.Key}' occurs {twice.Count()} times; every key may occur once.", nameof(shifts));
        if (shifts.FirstOrDefault(shift => shift.Key == Unshifted) is not null)
            throw new ArgumentException($"No shift can be called '{Unshifted}': that is the name of the unshifted images.", nameof(shifts));
        var rows = new List<ShiftRow>();
        for (var v = 0; v < data.Test.Count; v++)
        {
            var volume = data.Test[v];
            progress?.Report($"Test volume {v + 1} of {data.Test.Count}, {volume.Id}");
            rows.AddRange(Score(volume, Unshifted, 0, double.NaN));
            foreach (var shift in shifts)
                for (var strength = 1; strength <= shift.Parameters.Count; strength++)
                    rows.AddRange(Score(shift.Apply(volume, strength, seed), shift.Key, strength, shift.ParameterOf(strength)));
        }
        // By shift and strength, as tables want them; volumes keep their order.
        var order = shifts.Select((shift, place) => (shift.Key, place)).ToDictionary(item => item.Key, item => item.place + 1);
        return new ShiftResults([.. rows.OrderBy(row => order.GetValueOrDefault(row.Shift)).ThenBy(row => row.Strength)]);

        IEnumerable<ShiftRow> Score(Data.SegmentationCase shifted, string key, int strength, double parameter)
        {
            cancellation.ThrowIfCancellationRequested();
            return Evaluation.Run(network, data.Info, [shifted], EvaluationProtocol.Presets, device, cancellation).Cases
                .Select(row => new ShiftRow(key, strength, parameter, row));
        }
    }
}
