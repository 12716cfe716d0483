namespace MarginNotebooks.Studies;

/// <summary>A stored <see cref="ShiftStudy"/> of one run.</summary>
/// <param name="Record">What it was.</param>
/// <param name="Results">The scores.</param>
public sealed record ShiftRun(DerivedRecord Record, ShiftResults Results)
{
    /// <summary>Reads the results of runs, those that are there.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="runs">The runs.</param>
    /// <returns>The results, in the order of the runs.</returns>
    public static IReadOnlyList<ShiftRun> Load(DerivedStore store, IEnumerable<RunConfiguration> runs) =>
    [
        .. runs.Select(run => store.Find(ShiftComputation.KindKey, run)).OfType<DerivedRecord>()
            .Select(record => new ShiftRun(record, ShiftResults.ReadCsv(store.ScoresOf(record.Kind, record.Configuration)))),
    ];
}
