using System.Runtime.ExceptionServices;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Data;

/// <summary>What a data set holds, counted case by case; or, when it is not on this machine, why not.</summary>
/// <remarks>Every case is read once, several at a time, and only its <see cref="CaseContents"/> are kept.</remarks>
public sealed class DatasetContents
{
    private readonly Func<string, SegmentationCase> load;

    private DatasetContents(DatasetInfo info, string? remark, IReadOnlyList<CaseContents> cases, Func<string, SegmentationCase> load)
    {
        (Info, Remark, Cases) = (info, remark, cases);
        this.load = load;
    }

    /// <summary>Classes, licence and the rest.</summary>
    public DatasetInfo Info { get; }

    /// <summary>Why there are no cases; null when there are.</summary>
    public string? Remark { get; }

    /// <summary>The cases: training, validation, test, by name in each. Empty when the set is not on this machine.</summary>
    public IReadOnlyList<CaseContents> Cases { get; }

    /// <summary>Lower and upper end of the cases' intensity histograms: the range of all prepared intensities.</summary>
    public (float Low, float High) Range { get; private init; }

    /// <summary>Whether spacings are in millimetres; false when some source names no unit of length, null when nobody recorded it.</summary>
    public bool? InMillimetres { get; private init; }

    /// <summary>What the preparation reported; null for the phantom, and for sets that the kit did not prepare.</summary>
    public PreparationReport? Report { get; private init; }

    /// <summary>Counts several data sets.</summary>
    /// <param name="keys">Their keys, separated by commas, for example <c>hippocampus,acdc,phantom</c>.</param>
    /// <param name="data">The folder of prepared sets; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <param name="phantom">The phantom that is made for its key.</param>
    /// <returns>One each, in the order of the keys.</returns>
    /// <exception cref="ArgumentException">A key names no data set.</exception>
    /// <exception cref="InvalidDataException">A prepared case is damaged.</exception>
    public static IReadOnlyList<DatasetContents> ReadAll(string keys, string? data = null, PhantomOptions? phantom = null) =>
    [
        .. keys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(key => DatasetCatalog.Get(key, data))
            .Select(info => info == DatasetCatalog.Phantom ? OfPhantom(phantom ?? new PhantomOptions()) : Read(info, data)),
    ];

    /// <summary>Counts a prepared data set.</summary>
    /// <param name="info">Which.</param>
    /// <param name="data">The folder of prepared sets; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <returns>Its contents; without cases, and with a <see cref="Remark"/>, when it is not prepared.</returns>
    /// <exception cref="InvalidDataException">A prepared case is damaged; the message names its file.</exception>
    public static DatasetContents Read(DatasetInfo info, string? data = null)
    {
        var root = DataFolders.Prepared(info, data);
        if (!Directory.Exists(root))
            return new DatasetContents(info, "not prepared", [], Absent);
        var dataset = PreparedDataset.Open(root, info.Key);
        var files = SplitParts.All.SelectMany(part => dataset.Files(part).Select(file => (Part: part, File: file))).ToList();
        var range = dataset.Manifest is { } manifest
            ? (Low: manifest.Cases.Min(item => item.Intensity[0]), High: manifest.Cases.Max(item => item.Intensity[1]))
            : Hull(InParallel(files.Count, i => Intensities.Range(dataset.LoadFile(files[i].File).Image)));
        var cases = InParallel(files.Count, i => CaseContents.Of(dataset.LoadFile(files[i].File), files[i].Part, info.ClassCount, range.Low, range.High));
        var paths = cases.Zip(files, (item, file) => (item.Id, file.File)).ToDictionary(pair => pair.Id, pair => pair.File);
        var report = Path.Combine(root, PreparationReport.JsonName);
        return new DatasetContents(info, null, cases, id => dataset.LoadFile(paths[id]))
        {
            Range = range,
            InMillimetres = dataset.Manifest?.Cases.All(item => item.SpacingInMillimetres),
            Report = File.Exists(report) ? DataJson.Read(report, DataJson.Files.PreparationReport) : null,
        };
    }

    /// <summary>Counts a phantom, split as studies split it.</summary>
    /// <param name="options">Size and difficulty.</param>
    /// <returns>Its contents.</returns>
    public static DatasetContents OfPhantom(PhantomOptions options)
    {
        var info = DatasetCatalog.Phantom;
        var items = PhantomDataset.Generate(options);
        var split = Split.Create(info.Key, items.Select(item => new SplitPatient(item.PatientId, item.Group)), info.Sizes, seed: 1);
        var range = Hull([.. items.Select(item => Intensities.Range(item.Image))]);
        var cases = items.Select(item => CaseContents.Of(item, split.PartOf(item.PatientId)!.Value, info.ClassCount, range.Low, range.High))
            .OrderBy(item => item.Part).ThenBy(item => item.Id, StringComparer.Ordinal).ToList();
        return new DatasetContents(info, null, cases, id => items.First(item => item.Id == id)) { Range = range, InMillimetres = true };
    }

    /// <summary>One of the cases with its voxels.</summary>
    /// <param name="item">One of <see cref="Cases"/>.</param>
    /// <returns>The case as it is stored, at its own size.</returns>
    public SegmentationCase Load(CaseContents item) => load(item.Id);

    private static SegmentationCase Absent(string id) => throw new InvalidOperationException($"There is no case '{id}': the data set is not prepared.");

    private static (float Low, float High) Hull(IReadOnlyList<(float Min, float Max)> ranges) => (ranges.Min(range => range.Min), ranges.Max(range => range.Max));

    private static T[] InParallel<T>(int count, Func<int, T> make)
    {
        var results = new T[count];
        try
        {
            Parallel.For(0, count, i => results[i] = make(i));
        }
        catch (AggregateException error) when (error.InnerExceptions is [var only, ..])
        {
            ExceptionDispatchInfo.Throw(only);
        }
        return results;
    }
}
