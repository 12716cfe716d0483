namespace MarginNotebooks.Data;

/// <summary>Size of one part of a prepared data set.</summary>
/// <param name="Part">The part.</param>
/// <param name="Cases">Volumes.</param>
/// <param name="Patients">Patients.</param>
/// <param name="Slices">Slices of all volumes.</param>
public sealed record PartSummary(SplitPart Part, int Cases, int Patients, int Slices);

/// <summary>A data set of the catalogue, and what of it is on this machine; made from the manifest, no case is read.</summary>
public sealed record DatasetSummary
{
    /// <summary>The data set.</summary>
    public required DatasetInfo Info { get; init; }

    /// <summary>Where it is, or would be.</summary>
    public required string Root { get; init; }

    /// <summary>True when it is there and can be opened. The phantom is never there: it is made when needed.</summary>
    public required bool IsPrepared { get; init; }

    /// <summary>What is to be said when it is not prepared or cannot be opened; null otherwise.</summary>
    public string? Remark { get; init; }

    /// <summary>Sizes of training, validation and test part; empty when it is not prepared.</summary>
    public IReadOnlyList<PartSummary> Parts { get; init; } = [];

    /// <summary>Voxels of each class over all cases, background first; empty when it is not prepared.</summary>
    public IReadOnlyList<long> LabelVoxels { get; init; } = [];

    /// <summary>Every data set of the catalogue, and your own that are prepared.</summary>
    /// <param name="data">The folder of prepared sets; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <returns>One summary each, in the catalogue's order.</returns>
    public static IReadOnlyList<DatasetSummary> List(string? data = null) =>
        [.. DatasetCatalog.All.Concat(DatasetCatalog.Own(data)).Select(info => Of(info, DataFolders.Prepared(info, data)))];

    /// <summary>One data set.</summary>
    /// <param name="info">The data set.</param>
    /// <param name="root">Its folder.</param>
    /// <returns>Its summary; a set that is missing or broken is described, not thrown.</returns>
    public static DatasetSummary Of(DatasetInfo info, string root)
    {
        DatasetSummary Missing(string remark) => new() { Info = info, Root = root, IsPrepared = false, Remark = remark };

        if (info == DatasetCatalog.Phantom)
            return Missing("made when needed");
        if (!Directory.Exists(root))
            return Missing("not prepared");
        try
        {
            var dataset = PreparedDataset.Open(root, info.Key);
            return dataset.Manifest is not { } manifest
                ? new DatasetSummary
                {
                    Info = info,
                    Root = root,
                    IsPrepared = true,
                    Remark = "authors' layout, without a manifest",
                    Parts = Counted(dataset),
                }
                : new DatasetSummary
                {
                    Info = info,
                    Root = root,
                    IsPrepared = true,
                    Parts = [.. SplitParts.All.Select(part => PartOf(part, dataset, manifest))],
                    LabelVoxels =
                    [
                        .. Enumerable.Range(0, info.ClassCount).Select(c => manifest.Cases.Sum(record => record.LabelVoxels.ElementAtOrDefault(c))),
                    ],
                };
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return Missing(error.Message);
        }
    }

    private static PartSummary PartOf(SplitPart part, PreparedDataset dataset, DatasetManifest manifest)
    {
        var files = dataset.Files(part).ToHashSet();
        var cases = manifest.Cases.Where(record => files.Contains(record.File)).ToList();
        var patients = cases.Select(record => record.PatientId).Distinct().Count();
        return new PartSummary(part, cases.Count, patients, cases.Sum(record => record.Shape[1]));
    }

    // Without a manifest only the names are known; slices would need every file to be read.
    private static PartSummary[] Counted(PreparedDataset dataset) =>
        [.. SplitParts.All.Select(part => new PartSummary(
            part, dataset.Files(part).Count,
            dataset.Files(part).Select(file => dataset.Info.PatientOf(Path.GetFileNameWithoutExtension(file))).Distinct().Count(), 0))];
}
