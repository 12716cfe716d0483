using System.Globalization;
using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>What a checkpoint remembers of how its run was set up, and the comparison when it is resumed.</summary>
internal static class RunSettings
{
    private const string PrecisionKey = "precision";

    /// <summary>Everything that decides the numbers of a run. The number of epochs is not among it: a run may be prolonged.</summary>
    internal static Dictionary<string, string> Of(
        nn.Module model, SegmentationLoss loss, ITrainingSource training, ITrainingSource validation, TrainingOptions options) => new()
        {
            [PrecisionKey] = options.Precision.For(options.Device).ToString(),
            ["network"] = model.GetName(),
            ["parameters"] = string.Join(" ", model.state_dict().Select(pair => $"{pair.Key}({string.Join(',', pair.Value.shape)})")),
            ["loss"] = loss.Name,
            ["ignored label"] = Text(loss.IgnoreIndex),
            ["training slices"] = Text(training.Count),
            ["validation slices"] = Text(validation.Count),
            ["BatchSize"] = Text(options.BatchSize),
            ["EvaluationBatchSize"] = Text(options.EvaluationBatchSize),
            ["LearningRate"] = Text(options.LearningRate),
            ["StepSize"] = Text(options.Schedule.StepSize),
            ["Gamma"] = Text(options.Gamma),
            ["Beta1"] = Text(options.Beta1),
            ["Beta2"] = Text(options.Beta2),
            ["Epsilon"] = Text(options.Epsilon),
            ["Seed"] = Text(options.Seed),
            ["GradientClipNorm"] = Text(options.GradientClipNorm),
        };

    /// <summary>What may change the last digits only.</summary>
    internal static Dictionary<string, string> Environment(TrainingOptions options, MemoryLayout layout) => new()
    {
        ["device"] = options.Device.type.ToString(),
        ["memory layout"] = layout.ToString(),
        ["threads"] = Text(get_num_threads()),
        ["libtorch"] = __version__,
    };

    internal static void RequireSame(IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> now, string path)
    {
        var differences = Differences(stored, now).ToList();
        if (differences.Count > 0)
            throw new CheckpointException(
                $"{path} belongs to a run with other settings: {string.Join("; ", differences)}. "
                + "Use the same settings, another folder, or start afresh (resume: false).");
    }

    internal static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> now) =>
        from key in stored.Keys.Union(now.Keys)
        // Checkpoints from before there was a choice do not name it.
        let before = stored.GetValueOrDefault(key, key == PrecisionKey ? nameof(Precision.Float32) : "unknown")
        let after = now.GetValueOrDefault(key, "unknown")
        where before != after
        select key == "parameters" ? "the network's parameters have other names or shapes" : $"{key} was {before} and is {after}";

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "none";
}
