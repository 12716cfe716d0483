using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Every row, in the order of the table.</summary>
public static class RowCatalog
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new TrainPlainRow(),
        new TrainCeilingRow(),
        new TrainPyTorchRow("fp32", "float32, contiguous"),
        new TrainPyTorchRow("bf16", "bfloat16 autocast, channels_last"),
        new LossCostRow(),
        new LossSpeedRow(),
        new LossMemoryRow(),
        new CalibrationSpeedRow(),
        new CalibrationMemoryRow(),
        new SurfaceDistanceRow(),
    ];

    /// <summary>Their identifiers.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. All.Select(row => row.Id)];
}
