using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Commands;

/// <summary>The measures of <c>margin evaluate --measures</c>: what is asked for, and the table that is printed.</summary>
internal static class MeasureTable
{
    public static MeasureRequest Parse(string? measures, string regions)
    {
        static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            IReadOnlyList<string> keys = measures is null ? [] : measures.Trim() == "all" ? CalibrationMeasures.Keys : [.. Split(measures).Distinct()];
            if (measures is not null && keys.Count == 0)
                throw new ArgumentException("--measures names no measure.");
            foreach (var key in keys)
                _ = CalibrationMeasures.Of(key);
            MeasureRegion[] where = [.. Split(regions).Distinct().Select(MeasureRegion.Parse)];
            return where.Length > 0 ? new(keys, where) : throw new ArgumentException("--regions names no region.");
        }
        catch (ArgumentException error)
        {
            throw new CommandException(error.Message, ExitCodes.Usage);
        }
    }

    public static void Print(MeasureEvaluation evaluation, IReadOnlyList<string> keys, IReadOnlyList<MeasureRegion> regions, TextWriter output)
    {
        var width = keys.Max(key => key.Length);
        foreach (var region in regions)
        {
            output.WriteLine($"Measures of {region.Description}: mean over cases, and of all pixels pooled.");
            foreach (var key in keys)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {key.PadRight(width)} {evaluation.Mean(region.Key, key)}; pooled {evaluation.Pooled(region.Key, key):0.####}"));
        }
    }
}

/// <summary>Measures asked for beside the protocols' scores, and where.</summary>
internal sealed record MeasureRequest(IReadOnlyList<string> Keys, IReadOnlyList<MeasureRegion> Regions)
{
    /// <summary>The measures of a network on the test volumes; null when none was asked for.</summary>
    public MeasureEvaluation? Measure(nn.Module<Tensor, Tensor> network, StudyData data, Device device) => Keys.Count == 0
        ? null
        : MeasureEvaluation.Run(network, data.Info, data.Test, Keys, Regions, device, InterruptSignal.Current.Stop);
}
