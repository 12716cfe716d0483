using System.Security.Cryptography;
using System.Text;
using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;

namespace MarginNotebooks.Studies;

/// <summary>A data set in memory, as a study uses it: slices to train and validate on, volumes to test on.</summary>
public sealed class StudyData
{
    /// <summary>Key of the data set that is made and not read.</summary>
    public const string PhantomKey = "phantom";

    private StudyData(DatasetInfo info, SliceBatcher training, SliceBatcher validation, IReadOnlyList<SegmentationCase> test, string checksum)
    {
        Info = info;
        Training = training;
        Validation = validation;
        Test = test;
        Checksum = checksum;
    }

    /// <summary>Classes, sizes, licence.</summary>
    public DatasetInfo Info { get; }

    /// <summary>Training slices.</summary>
    public SliceBatcher Training { get; }

    /// <summary>Validation slices.</summary>
    public SliceBatcher Validation { get; }

    /// <summary>Test volumes, with normalised intensities, at their own size.</summary>
    public IReadOnlyList<SegmentationCase> Test { get; }

    /// <summary>Identifies the data: SHA-256 over the source files' checksums, their treatment and the split, or over the phantom's options and split.</summary>
    public string Checksum { get; }

    /// <summary>Tells whether a key names a data set, prepared or not.</summary>
    /// <param name="dataset">The key.</param>
    /// <returns>True for the phantom and the data sets of the catalogue.</returns>
    public static bool Knows(string dataset) => DatasetCatalog.Find(dataset) is not null;

    /// <summary>Tells whether two runs use the same data, so that one reading serves both.</summary>
    internal static bool SameFor(RunConfiguration one, RunConfiguration other) =>
        one.Dataset == other.Dataset && one.PhantomPatients == other.PhantomPatients && one.Downsampling == other.Downsampling;

    /// <summary>The data that a run asks for.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="dataFolder">Folder of prepared data sets; null for <c>MARGIN_DATA</c> or <c>data</c>.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ArgumentException">The data set is unknown.</exception>
    /// <exception cref="DirectoryNotFoundException">It is not prepared; the message names the script that does it.</exception>
    public static StudyData Open(RunConfiguration configuration, string? dataFolder = null) => configuration.Dataset == PhantomKey
        ? Phantom(new PhantomOptions { Patients = configuration.PhantomPatients }, configuration.Downsampling)
        : Prepared(DatasetCatalog.Get(configuration.Dataset, dataFolder), dataFolder, configuration.Downsampling);

    /// <summary>The phantom, split by patient and group: 70 % training, 10 % validation, 20 % test.</summary>
    /// <param name="options">Size and difficulty.</param>
    /// <param name="downsampling">In-plane factor by which everything is made smaller.</param>
    /// <returns>The data.</returns>
    public static StudyData Phantom(PhantomOptions options, int downsampling = 1)
    {
        var info = DatasetCatalog.Phantom;
        var cases = PhantomDataset.Generate(options);
        var split = Split.Create(info.Key, cases.Select(item => new SplitPatient(item.PatientId, item.Group)), info.Sizes, seed: 1);
        return FromCases(info, part => cases
            .Where(item => split.PartOf(item.PatientId) == part)
            .Select(item => item.Normalised(info.Normalisation))
            .ToList(), downsampling, $"{options} {split.Checksum}");
    }

    /// <summary>A prepared data set.</summary>
    /// <param name="info">Which.</param>
    /// <param name="dataFolder">Folder of prepared data sets; null for <c>MARGIN_DATA</c> or <c>data</c>.</param>
    /// <param name="downsampling">In-plane factor by which everything is made smaller.</param>
    /// <returns>The data.</returns>
    /// <exception cref="DirectoryNotFoundException">It is not prepared.</exception>
    public static StudyData Prepared(DatasetInfo info, string? dataFolder = null, int downsampling = 1)
    {
        var prepared = PreparedDataset.Open(info, dataFolder);
        // The sources and how they were treated, not the files written from them: those may change with the tool.
        var identity = prepared.Manifest is { } manifest
            ? $"{manifest.SplitChecksum}\n" + string.Join('\n', manifest.Cases.Select(item =>
                $"{item.File} {item.Image.Sha256} {item.Label.Sha256}{string.Concat((item.MoreSources ?? []).Select(file => " " + file.Sha256))} {item.Settings}"))
            : string.Join('\n', SplitParts.All.SelectMany(prepared.Files).Select(file => $"{file} {new FileInfo(Path.Combine(prepared.Root, file)).Length}"));
        if (downsampling > 1)
            return FromCases(info, part => prepared.Load(part), downsampling, identity);
        var training = prepared.Slices(SplitPart.Train);
        var validation = prepared.Slices(SplitPart.Valid, size: (training.Height, training.Width));
        return new StudyData(info, new SliceBatcher(training), new SliceBatcher(validation), prepared.Load(SplitPart.Test), Hash(identity));
    }

    private static StudyData FromCases(
        DatasetInfo info, Func<SplitPart, IReadOnlyList<SegmentationCase>> read, int downsampling, string identity)
    {
        IReadOnlyList<SegmentationCase> Load(SplitPart part) =>
            downsampling == 1 ? read(part) : [.. read(part).AsParallel().AsOrdered().Select(item => item.Downsampled(downsampling))];
        if (downsampling > 1)
            info = info with { Fit = info.Fit.Downsampled(downsampling) };
        var training = Load(SplitPart.Train);
        var (height, width) = info.Fit.SizeFor(training);
        return new StudyData(
            info,
            new SliceBatcher(SliceSet.FromCases(training, height, width)),
            new SliceBatcher(SliceSet.FromCases(Load(SplitPart.Valid), height, width)),
            Load(SplitPart.Test),
            Hash(downsampling == 1 ? identity : $"{identity} downsampling {downsampling}"));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
