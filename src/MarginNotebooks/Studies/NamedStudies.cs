namespace MarginNotebooks.Studies;

/// <summary>Every study with a name: the paper's experiments, and those that the notebooks and benchmarks show.</summary>
public static class NamedStudies
{
    private static readonly (string Purpose, Func<Study> Make)[] Fixed =
    [
        ("The methods on Hippocampus at a CPU's budget, as the notebook shows them.", Hippocampus),
        ("Whether the margin helps once cross-entropy has had five times as long to push logits apart.", Longer),
        ("The margin moved on the phantom, as the explorer shows it.", PhantomMargins),
        ("Whether mixed precision changes results.", Precision),
    ];

    /// <summary>Names of the studies with a fixed scale.</summary>
    public static IReadOnlyList<string> FixedNames { get; } = [.. Fixed.Select(item => item.Make().Name)];

    /// <summary>Every name and what its study shows.</summary>
    public static IReadOnlyList<(string Name, string Purpose)> All { get; } =
        [.. PaperStudies.All.Select(study => (study.Name, study.Purpose)), .. Fixed.Select(item => (item.Make().Name, item.Purpose))];

    /// <summary>The study of a name.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="scale">How much of the paper's protocol; studies of <see cref="FixedNames"/> have their own.</param>
    /// <param name="datasets">Keys of data sets; null for the study's own choice.</param>
    /// <param name="seeds">Seeds; null for the study's own choice.</param>
    /// <returns>The study.</returns>
    /// <exception cref="ArgumentException">Unknown name or data set, or nothing is left; the message says what is known.</exception>
    public static Study Get(string name, StudyScale scale = StudyScale.Full, IReadOnlyList<string>? datasets = null, IReadOnlyList<int>? seeds = null)
    {
        foreach (var dataset in datasets ?? [])
            Data.DatasetCatalog.Get(dataset);
        if (PaperStudies.All.FirstOrDefault(study => study.Name == name) is { } template)
            return template.At(scale, datasets, seeds);
        if (Fixed.FirstOrDefault(item => item.Make().Name == name) is not { Make: { } make } found)
            throw new ArgumentException($"There is no study '{name}'. Known: {string.Join(", ", All.Select(item => item.Name))}; or name a JSON file.", nameof(name));
        var study = make() with { Purpose = found.Purpose, Scale = "a scale of its own" };
        study = study with
        {
            Runs = [.. study.Runs.Where(run => datasets?.Contains(run.Dataset, StringComparer.OrdinalIgnoreCase) != false && seeds?.Contains(run.Seed) != false)],
        };
        return study.Runs.Count > 0 ? study : throw new ArgumentException($"The study '{name}' has no runs with these data sets and seeds.", nameof(datasets));
    }

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

    /// <summary>
    /// Cross-entropy, label smoothing and the margin as in the paper's main comparison at the reduced scale, but for five times the epochs (30 on
    /// Hippocampus, 60 on ACDC): the argument for a margin is about networks that go on training after the segmentation has stopped improving.
    /// </summary>
    /// <returns>The study.</returns>
    public static Study Longer() => new("longer",
    [
        .. from dataset in new[] { "hippocampus", "acdc" }
           let main = PaperProtocol.For(dataset, StudyScale.Reduced)
           from seed in PaperProtocol.Seeds(StudyScale.Reduced)
           from method in new[] { "ce", "mbls-10", "mbls-5", "ls-0.1" }
           select main with { Method = method, Seed = seed, Epochs = 5 * main.Epochs, LearningRateStep = 5 * main.LearningRateStep },
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
