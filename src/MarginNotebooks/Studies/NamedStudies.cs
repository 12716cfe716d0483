namespace MarginNotebooks.Studies;

/// <summary>The studies that the notebooks show.</summary>
public static class NamedStudies
{
    /// <summary>The paper's comparison on Hippocampus, at a budget for a CPU: 8 filters, 8 epochs, 2 seeds.</summary>
    /// <returns>The study.</returns>
    public static Study Hippocampus() => new("hippocampus",
    [
        .. from method in new[] { "ce", "ce-dice", "focal-3", "ecp-0.1", "ls-0.1", "svls-2", "mbls-5", "mbls-10" }
           from seed in new[] { 1, 2 }
           select new RunConfiguration
           {
               Dataset = "hippocampus",
               Method = method,
               Seed = seed,
               Filters = 8,
               Epochs = 8,
               BatchSize = 16,
               LearningRateStep = 6,
           },
    ]);

    /// <summary>One small network for each margin on the phantom, cross-entropy last: what the quickstart trains, with the margin moved.</summary>
    /// <returns>The study.</returns>
    public static Study PhantomMargins() => new("phantom-margins",
    [
        .. from method in new[] { "mbls-0", "mbls-2", "mbls-3", "mbls-4", "mbls-5", "mbls-6", "mbls-8", "mbls-10", "mbls-15", "mbls-20", "ce" }
           select new RunConfiguration
           {
               Dataset = StudyData.PhantomKey,
               PhantomPatients = 60,
               Method = method,
               Seed = 1,
               Filters = 8,
               Epochs = 24,
               BatchSize = 8,
               LearningRateStep = 16,
           },
    ]);

    /// <summary>Whether mixed precision changes results: the same networks in float32 and in bfloat16, with 10 seeds on the phantom and 3 on Hippocampus.</summary>
    /// <returns>The study.</returns>
    public static Study Precision() => new("precision",
    [
        .. from dataset in new[] { StudyData.PhantomKey, "hippocampus" }
           from precision in new[] { Training.Precision.Float32, Training.Precision.BFloat16 }
           let phantom = dataset == StudyData.PhantomKey
           from seed in Enumerable.Range(1, phantom ? 10 : 3)
           select new RunConfiguration
           {
               Dataset = dataset,
               PhantomPatients = phantom ? 60 : 0,
               Method = "mbls-5",
               Seed = seed,
               Filters = 8,
               Epochs = phantom ? 24 : 12,
               BatchSize = phantom ? 8 : 16,
               LearningRateStep = phantom ? 16 : 8,
               Precision = precision,
           },
    ]);
}
