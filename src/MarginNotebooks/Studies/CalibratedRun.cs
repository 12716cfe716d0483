namespace MarginNotebooks.Studies;

/// <summary>A stored <see cref="CalibrationStudy"/> of one run.</summary>
/// <param name="Record">What it was; its notes hold what each fit did.</param>
/// <param name="Results">The scores.</param>
public sealed record CalibratedRun(DerivedRecord Record, CalibrationResults Results)
{
    /// <summary>Reads the results of runs, those that are there.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="runs">The runs.</param>
    /// <returns>The results, in the order of the runs.</returns>
    public static IReadOnlyList<CalibratedRun> Load(DerivedStore store, IEnumerable<RunConfiguration> runs) =>
    [
        .. runs.Select(run => store.Find(CalibrationComputation.KindKey, run)).OfType<DerivedRecord>()
            .Select(record => new CalibratedRun(record, CalibrationResults.ReadCsv(store.ScoresOf(record.Kind, record.Configuration)))),
    ];
}
