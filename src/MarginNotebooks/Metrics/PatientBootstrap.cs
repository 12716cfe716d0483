namespace MarginNotebooks.Metrics;

/// <summary>How a bootstrap interval is computed.</summary>
/// <param name="Replicates">Number of resamples.</param>
/// <param name="Level">Coverage of the interval, for example 0.95.</param>
/// <param name="Seed">Seed of the resampling: the same seed gives the same interval.</param>
public sealed record BootstrapOptions(int Replicates = 2000, double Level = 0.95, int Seed = 1)
{
    /// <summary>2000 resamples, 95 %.</summary>
    public static BootstrapOptions Default { get; } = new();
}

/// <summary>Percentile bootstrap whose unit is the patient: cases of one patient are drawn together, because they are not
/// independent.</summary>
internal static class PatientBootstrap
{
    /// <summary>Evaluates a statistic on resamples of the patients.</summary>
    /// <param name="patients">Number of patients.</param>
    /// <param name="options">How.</param>
    /// <param name="statistic">Gets the drawn patient numbers, with repetition, and adds one value to each of its lists.</param>
    internal static void Resample(int patients, BootstrapOptions options, Action<int[]> statistic)
    {
        if (options.Replicates < 1 || options.Level is not (> 0 and < 1))
            throw new ArgumentException(
                $"A bootstrap needs at least one replicate and a level between 0 and 1, not {options}.", nameof(options));
        var random = new Random(options.Seed); // a seeded System.Random keeps its sequence across .NET versions
        var drawn = new int[patients];
        for (var r = 0; r < options.Replicates; r++)
        {
            for (var i = 0; i < patients; i++)
                drawn[i] = random.Next(patients);
            statistic(drawn);
        }
    }

    internal static (double Lower, double Upper) Interval(List<double> values, BootstrapOptions options)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        var tail = (1 - options.Level) / 2;
        return (Quantiles.OfSorted(sorted, tail), Quantiles.OfSorted(sorted, 1 - tail));
    }
}
