using System.Text.Json;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

/// <summary>Small made-up inputs for charts, and helpers to read what a figure holds.</summary>
internal static class MadeUp
{
    /// <summary>Sums over bins from (count, mean confidence, accuracy) of each.</summary>
    public static BinSums Bins(params (long Count, double Confidence, double Accuracy)[] bins)
    {
        var sums = new BinSums(bins.Length);
        for (var b = 0; b < bins.Length; b++)
        {
            sums.Count[b] = bins[b].Count;
            sums.Confidence[b] = bins[b].Count * bins[b].Confidence;
            sums.Correct[b] = bins[b].Count * bins[b].Accuracy;
        }

        return sums;
    }

    /// <summary>Four bins: empty, over-confident, under-confident, calibrated.</summary>
    public static BinSums FourBins() => Bins((0, 0, 0), (10, 0.4, 0.2), (40, 0.625, 0.75), (150, 0.9, 0.9));

    /// <summary>The figure's JSON, parsed.</summary>
    public static JsonElement Json(Figure figure) => JsonDocument.Parse(figure.ToPlotlyJson()).RootElement;

    /// <summary>Traces with the given name.</summary>
    public static JsonElement[] Traces(Figure figure, string name) =>
        [.. Json(figure).GetProperty("data").EnumerateArray()
            .Where(trace => trace.TryGetProperty("name", out var value) && value.GetString() == name)];

    /// <summary>Numbers of an array; null becomes NaN.</summary>
    public static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble())];

    /// <summary>Texts of all annotations.</summary>
    public static string[] Annotations(Figure figure) =>
        [.. Json(figure).GetProperty("layout").GetProperty("annotations").EnumerateArray()
            .Select(note => note.GetProperty("text").GetString()!)];
}
