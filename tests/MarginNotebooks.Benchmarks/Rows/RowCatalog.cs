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
        new TrainGpuRow("tf32", "TF32"),
        new TrainGpuRow("bf16", "bfloat16 autocast, channels_last"),
        new TrainGpuProtocolRow(),
        .. from dataset in new[] { "hippocampus", "phantom" }
           from score in new[] { ("dsc", "DSC"), ("ece", "ECE") }
           select new PrecisionScoresRow(dataset, score.Item1, score.Item2),
        new InputShareRow(),
        new InputVolumesRow(),
        new LossCostRow(),
        new LossSpeedRow(),
        new LossMemoryRow(),
        new CalibrationSpeedRow(),
        new CalibrationMemoryRow(),
        new SurfaceDistanceRow(),
        new EvaluationRow(32, 192, 10, "large"),
        new EvaluationRow(8, 64, 8, "small"),
        new StartRow("start-doctor", "doctor", 1.5),
        new KernelStartRow(),
        new StartRow("start-help", "--help", null),
        new ConvergedRow(),
        new GrowthRow("training", memory: false),
        new GrowthRow("training", memory: true),
        new GrowthRow("evaluation", memory: false),
        new GrowthRow("evaluation", memory: true),
    ];

    /// <summary>Their identifiers.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. All.Select(row => row.Id)];
}
