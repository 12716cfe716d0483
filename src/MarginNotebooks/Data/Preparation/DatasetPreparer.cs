using System.Diagnostics;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Data.Preparation;

/// <summary>Turns an official download into prepared cases: checked, converted, split by patient, and recorded.</summary>
/// <remarks>
/// Writes <c>train/</c>, <c>valid/</c>, <c>test/</c> with one HDF5 file a case, <c>split.json</c>, <c>report.json</c>, <c>report.md</c>
/// and, last,
/// <c>manifest.json</c>. A run that was stopped is taken up by the next one: finished cases wait in <c>.work</c>. A finished set is checked
/// against its sources and only what changed is made again. Every file appears whole or not at all.
/// </remarks>
/// <param name="source">Knows the layout of the download.</param>
/// <param name="options">Choices; null for the defaults.</param>
public sealed class DatasetPreparer(DatasetSource source, PreparationOptions? options = null)
{
    private readonly PreparationOptions options = options ?? new PreparationOptions();

    /// <summary>Prepares the data set.</summary>
    /// <param name="sourceFolder">The download.</param>
    /// <param name="output">The folder of the prepared set; made when missing.</param>
    /// <param name="progress">Told after every case, from several threads.</param>
    /// <param name="cancellation">Stops after the cases in work.</param>
    /// <returns>The report, which was also written.</returns>
    /// <exception cref="DirectoryNotFoundException">The download is missing or has another layout.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; run it again to go on.</exception>
    public PreparationReport Run(
        string sourceFolder, string output, IProgress<PreparationProgress>? progress = null, CancellationToken cancellation = default)
    {
        var started = DateTime.UtcNow;
        var clock = Stopwatch.StartNew();
        var info = source.Info;
        var listing = source.List(sourceFolder);
        var normalisation = options.Normalisation ?? info.Normalisation;
        var converter = new CaseConverter(source, normalisation, sourceFolder);
        var store = new PreparedStore(output);
        var results = Convert(listing.Cases, converter, store, progress, cancellation);

        var records = results.Where(result => result.Record is not null).Select(result => result.Record!).ToList();
        var patients = records.GroupBy(record => record.PatientId).Select(cases => new SplitPatient(cases.Key, cases.First().Group));
        var split = Split.Create(info.Key, patients, info.Sizes, options.Seed);
        var notes = listing.Notes.Concat(results.Where(result => result.Rejection is not null).Select(result => result.Rejection!))
            .Concat(records.SelectMany(record => record.Notes))
            .Concat(SetNotes(records))
            .ToList();
        var placed = store.Place(records, split, notes);
        split.Write(Path.Combine(output, PreparedDataset.SplitFileName));
        var report = new PreparationReport
        {
            Dataset = info.Key,
            Source = sourceFolder,
            Tool = Tool,
            Started = started,
            Seconds = clock.Elapsed.TotalSeconds,
            Prepared = placed.Count,
            Reused = results.Count(result => result.Reused),
            Skipped = notes.Where(note => note.Severity == PreparationSeverity.Skipped).Select(note => note.Case).Distinct().Count(),
            Cases = Count(part => placed.Count(record => split.PartOf(record.PatientId) == part)),
            Patients = Count(part => split.Patients(part).Count),
            Notes = [.. notes.OrderByDescending(note => note.Severity).ThenBy(note => note.Case, StringComparer.Ordinal)],
        };
        report.Write(output);
        source.Description?.Write(output);
        new DatasetManifest
        {
            Dataset = info.Key,
            Tool = Tool,
            Normalisation = normalisation,
            AxisOrder = info.AxisOrder,
            ClassNames = info.ClassNames,
            SplitChecksum = split.Checksum,
            Cases = placed,
        }.Write(output);
        store.Finish();
        return report;
    }

    private static string Tool => $"margin-notebooks {KitVersions.Kit}";

    private static SplitSizes Count(Func<SplitPart, int> of) => new(of(SplitPart.Train), of(SplitPart.Valid), of(SplitPart.Test));

    private CaseResult[] Convert(
        IReadOnlyList<SourceCase> cases,
        CaseConverter converter,
        PreparedStore store,
        IProgress<PreparationProgress>? progress,
        CancellationToken cancellation)
    {
        var results = new CaseResult[cases.Count];
        int done = 0, skipped = 0;
        var memory = new MemoryGate(options.MemoryBudget);
        try
        {
            Parallel.For(
                0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellation }, i =>
                {
                    using (memory.Enter(converter.Memory(cases[i])))
                        results[i] = ConvertOne(cases[i], converter, store);
                    if (results[i].Record is null)
                        Interlocked.Increment(ref skipped);
                    progress?.Report(
                        new PreparationProgress(Interlocked.Increment(ref done), cases.Count, Volatile.Read(ref skipped), cases[i].Id));
                });
        }
        catch (AggregateException error) when (error.InnerExceptions is [var only, ..])
        {
            // The first failure says what is wrong (a full disk, say); the others are its echo.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        }
        return results;
    }

    private static CaseResult ConvertOne(SourceCase item, CaseConverter converter, PreparedStore store)
    {
        try
        {
            var files = converter.Load(item);
            if (store.Find(item, files, converter.Settings) is { } earlier)
                return new CaseResult(earlier, null, Reused: true);
            var (prepared, record) = converter.ToCase(item, files);
            return new CaseResult(store.Put(prepared, record, converter.Order), null, Reused: false);
        }
        catch (CaseRejectedException rejected)
        {
            store.Forget(item.Id);
            return new CaseResult(
                null, new PreparationNote(PreparationSeverity.Skipped, rejected.Code, item.Id, rejected.Message, rejected.Files), Reused: false);
        }
    }

    private static IEnumerable<PreparationNote> SetNotes(List<CaseRecord> records)
    {
        var unitless = records.Where(record => !record.SpacingInMillimetres).Select(record => record.Image.File).ToList();
        if (unitless.Count > 0)
            yield return new PreparationNote(
                PreparationSeverity.Warning, "spacing-unit-unknown", null,
                $"{unitless.Count} images name no unit of length; distances will be in the bare numbers of the files.", unitless);
        var turned = records.Where(record => record.SourceOrientation is not null)
            .GroupBy(record => record.SourceOrientation).OrderByDescending(group => group.Count()).ToList();
        if (turned.Count > 1)
            yield return new PreparationNote(
                PreparationSeverity.Warning, "orientations-differ", null,
                $"The images are stored as {string.Join(", ", turned.Select(group => $"{group.Key} ({group.Count()})"))}; all were turned one way. Look at one of each.",
                [.. turned.Skip(1).SelectMany(group => group.Select(record => record.Image.File))]);
        foreach (var twins in records.GroupBy(record => record.Image.Sha256).Where(group => group.Count() > 1))
            yield return new PreparationNote(
                PreparationSeverity.Warning, "duplicate-image", string.Join(" = ", twins.Select(record => record.Id)),
                "Several cases have the very same image; if they fall into different parts, the test is not independent.",
                [.. twins.Select(record => record.Image.File)]);
    }

    private sealed record CaseResult(CaseRecord? Record, PreparationNote? Rejection, bool Reused);
}
