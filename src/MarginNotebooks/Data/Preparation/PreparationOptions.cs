namespace MarginNotebooks.Data.Preparation;

/// <summary>Choices of a preparation.</summary>
public sealed record PreparationOptions
{
    /// <summary>Seed of the split.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How to normalise intensities; null for the data set's own choice.</summary>
    public IntensityNormalisation? Normalisation { get; init; }

    /// <summary>Cases worked on at the same time, at most.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>
    /// Bytes that the cases in work may take together; fewer are worked on at a time when they are large, a single one always. Default: half
    /// of the memory that this process may use.
    /// </summary>
    public long MemoryBudget { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
}

/// <summary>How far a preparation is.</summary>
/// <param name="Done">Cases finished.</param>
/// <param name="Total">Cases found.</param>
/// <param name="Skipped">Cases that could not be prepared so far.</param>
/// <param name="Case">The case just finished.</param>
public readonly record struct PreparationProgress(int Done, int Total, int Skipped, string Case);
