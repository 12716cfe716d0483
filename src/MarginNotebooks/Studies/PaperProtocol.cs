using System.Globalization;
using MarginNotebooks.Data;
using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>What the runs of the paper's experiments have in common, for each data set and scale.</summary>
public static class PaperProtocol
{
    /// <summary>The settings of a cross-entropy run; everything else is an axis.</summary>
    /// <param name="dataset">Key of the data set.</param>
    /// <param name="scale">How much of the protocol.</param>
    /// <returns>
    /// Full: 32 filters, 100 epochs, learning rate divided by ten after 50, the data set's batch size, no augmentation, float32. The others
    /// keep optimiser, learning rate and the rule for the kept epoch, and shorten the rest; the learning rate falls after two thirds.
    /// Reduced also computes its steps in mixed precision and, but for Hippocampus and the phantom, halves the resolution.
    /// </returns>
    /// <exception cref="ArgumentException">Unknown data set.</exception>
    public static RunConfiguration For(string dataset, StudyScale scale)
    {
        var info = DatasetCatalog.Get(dataset);
        var phantom = info.Key == StudyData.PhantomKey;
        var run = new RunConfiguration { Dataset = info.Key, Method = "ce", PhantomPatients = phantom ? scale == StudyScale.Quick ? 20 : 60 : 0 };
        return scale switch
        {
            StudyScale.Full => run with { BatchSize = info.BatchSize },
            // Slices of 64×64 pixels are cheap: larger batches use the processor better.
            StudyScale.Reduced when info.Key == "hippocampus" =>
                run with { Filters = 8, Epochs = 6, BatchSize = 16, LearningRateStep = 4, Precision = Precision.BFloat16 },
            StudyScale.Reduced when phantom => run with { Filters = 8, Epochs = 24, BatchSize = 8, LearningRateStep = 16 },
            StudyScale.Reduced =>
                run with { Filters = 8, Epochs = 12, BatchSize = info.BatchSize, LearningRateStep = 8, Downsampling = 2, Precision = Precision.BFloat16 },
            StudyScale.Quick when phantom => run with { Filters = 8, Epochs = 20, BatchSize = 4, LearningRateStep = 14 },
            _ => run with { Filters = 4, Epochs = 2, BatchSize = 16, LearningRateStep = 1 },
        };
    }

    /// <summary>Seeds of each run: three, at the quick scale two. The authors' code has one.</summary>
    /// <param name="scale">How much of the protocol.</param>
    /// <returns>The seeds.</returns>
    public static IReadOnlyList<int> Seeds(StudyScale scale) => scale == StudyScale.Quick ? [1, 2] : [1, 2, 3];

    /// <summary>A scale in words, for captions.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="runs">The study's runs.</param>
    /// <returns>For example <c>quick scale: 8 filters, 20 epochs, 2 seeds (the paper's code: 32 filters, 100 epochs, 1 seed)</c>.</returns>
    public static string Describe(StudyScale scale, IReadOnlyList<RunConfiguration> runs)
    {
        string Values(Func<RunConfiguration, int> of) =>
            string.Join(" or ", runs.Select(of).Distinct().Order().Select(value => value.ToString(CultureInfo.InvariantCulture)));
        var seeds = runs.Select(run => run.Seed).Distinct().Count();
        var smaller = runs.Any(run => run.Downsampling > 1) ? $"resolution divided by {Values(run => run.Downsampling)}, " : "";
        var mixed = runs.Any(run => run.Precision == Precision.BFloat16) ? "mixed precision, " : "";
        return $"{scale.ToString().ToLowerInvariant()} scale: {Values(run => run.Filters)} filters, {Values(run => run.Epochs)} epochs, {smaller}{mixed}"
            + $"{seeds} seed{(seeds == 1 ? "" : "s")} (the paper's code: 32 filters, 100 epochs, 1 seed)";
    }
}
