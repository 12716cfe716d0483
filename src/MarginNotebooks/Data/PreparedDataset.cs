using System.Security.Cryptography;
using System.Text;

namespace MarginNotebooks.Data;

/// <summary>A prepared data set on disk: its manifest, its split, and its cases.</summary>
/// <remarks>A folder in the authors' layout without the kit's manifest can be opened too, when its data set is named.</remarks>
public sealed class PreparedDataset
{
    /// <summary>Name of the file that holds the split.</summary>
    public const string SplitFileName = "split.json";

    private readonly Dictionary<SplitPart, IReadOnlyList<string>> files;
    private readonly AxisOrder order;

    private PreparedDataset(
        string root, DatasetInfo info, DatasetManifest? manifest, Split? split, Dictionary<SplitPart, IReadOnlyList<string>> files)
    {
        (Root, Info, Manifest, Split, this.files) = (root, info, manifest, split, files);
        order = manifest?.AxisOrder ?? info.AxisOrder;
    }

    /// <summary>The data set's folder.</summary>
    public string Root { get; }

    /// <summary>What is known about the data set.</summary>
    public DatasetInfo Info { get; }

    /// <summary>The manifest; null for a folder that the kit did not prepare.</summary>
    public DatasetManifest? Manifest { get; }

    /// <summary>The split; null for a folder that the kit did not prepare (its folders are the split).</summary>
    public Split? Split { get; }

    /// <summary>Opens a prepared data set.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="key">The data set, for folders in the authors' layout that have no manifest; otherwise it must agree with the
    /// manifest.</param>
    /// <returns>The data set; no case is read yet.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds no finished data set, or its manifest and split contradict each
    /// other.</exception>
    public static PreparedDataset Open(string root, string? key = null)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException(
                $"There is no prepared data set in '{root}'. Prepare it with its script in data-scripts, or name the folder with MARGIN_DATA or --data.");
        var own = key is null || File.Exists(Path.Combine(root, DatasetManifest.FileName));
        return own ? OpenOwn(root, key) : OpenFolders(root, DatasetCatalog.Get(key!));
    }

    /// <summary>Opens a data set of the catalogue below the folder of prepared sets.</summary>
    /// <param name="info">The data set.</param>
    /// <param name="data">The folder of all prepared sets; null for <c>MARGIN_DATA</c>, else <c>data</c>.</param>
    /// <returns>The data set.</returns>
    public static PreparedDataset Open(DatasetInfo info, string? data = null) => Open(DataFolders.Prepared(info, data), info.Key);

    /// <summary>Paths of a part's cases below <see cref="Root"/>, sorted by name.</summary>
    /// <param name="part">The part.</param>
    /// <returns>For example <c>train/patient001_frame01.h5</c>.</returns>
    public IReadOnlyList<string> Files(SplitPart part) => files[part];

    /// <summary>Reads the cases of a part in parallel, into managed memory.</summary>
    /// <param name="part">The part.</param>
    /// <param name="most">At most so many cases, the first by name; null for all.</param>
    /// <returns>The cases, sorted by name.</returns>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
    public SegmentationCase[] Load(SplitPart part, int? most = null)
    {
        var chosen = files[part].Take(most ?? int.MaxValue).ToArray();
        var cases = new SegmentationCase[chosen.Length];
        try
        {
            Parallel.For(0, chosen.Length, i => cases[i] = LoadFile(chosen[i]));
        }
        catch (AggregateException error) when (error.InnerExceptions is [var only, ..])
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        }
        return cases;
    }

    /// <summary>Reads one case.</summary>
    /// <param name="file">Its path below <see cref="Root"/>, as <see cref="Files"/> gives it.</param>
    /// <returns>The case.</returns>
    public SegmentationCase LoadFile(string file) => Hdf5Case.Read(Path.Combine(Root, file), order, Info.PatientOf);

    /// <summary>The slices of a part. Each case is decoded once, in parallel with others, and only its slices are kept.</summary>
    /// <param name="part">The part.</param>
    /// <param name="most">At most so many cases; null for all.</param>
    /// <param name="size">Rows and columns; the data set's training size for this part when null.</param>
    /// <param name="cache">How much may be in memory, and where the rest goes; <see cref="SliceCache.FromEnvironment"/> when null.</param>
    /// <returns>All of them, in memory or mapped from a file.</returns>
    /// <exception cref="InvalidDataException">A case is damaged; the message names its file.</exception>
    public SliceSet Slices(SplitPart part, int? most = null, (int Height, int Width)? size = null, SliceCache? cache = null)
    {
        var chosen = files[part].Take(most ?? int.MaxValue).ToArray();
        var shapes = chosen.Select(file => Hdf5Case.ReadShape(Path.Combine(Root, file), order)).ToArray();
        var (height, width) = size ?? Info.Fit.SizeFor(shapes.Select(shape => (shape.Height, shape.Width)));
        return (cache ?? SliceCache.FromEnvironment()).Open(
            $"{Info.Key}-{part.Folder()}", Fingerprint(chosen, height, width), shapes, i => LoadFile(chosen[i]), height, width);
    }

    // Name, length and time of every file: enough to notice data that were prepared anew, without reading them.
    private string Fingerprint(IEnumerable<string> chosen, int height, int width)
    {
        var text = new StringBuilder($"{Path.GetFullPath(Root)} {order} {height}x{width}\n");
        foreach (var file in chosen.Select(file => new FileInfo(Path.Combine(Root, file))))
            text.Append($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The HDF5 files in the folders of the parts, sorted, below the root.</summary>
    internal static IEnumerable<string> CaseFiles(string root) =>
        from part in SplitParts.All
        let folder = Path.Combine(root, part.Folder())
        where Directory.Exists(folder)
        from path in Directory.EnumerateFiles(folder, "*.h5").Order(StringComparer.Ordinal)
        select $"{part.Folder()}/{Path.GetFileName(path)}";

    private static PreparedDataset OpenOwn(string root, string? key)
    {
        var manifest = DatasetManifest.Read(root);
        if (key is not null && !key.Equals(manifest.Dataset, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"'{root}' holds the data set '{manifest.Dataset}', not '{key}'.");
        var info = DatasetCatalog.FindKnown(manifest.Dataset) ?? DatasetDescription.OfPrepared(root)?.ToInfo()
            ?? throw new InvalidDataException($"'{root}' holds the data set '{manifest.Dataset}', which this version does not know, "
                + $"and no {DatasetDescription.FileName} that describes it.");
        var split = Split.Read(Path.Combine(root, SplitFileName));
        if (split.Checksum != manifest.SplitChecksum)
            throw new InvalidDataException(
                $"'{root}': {SplitFileName} is not the split that the manifest was written with; prepare the data again.");
        var files = ByPart([.. manifest.Cases.Select(item => item.File)]);
        return new PreparedDataset(root, info, manifest, split, files);
    }

    private static PreparedDataset OpenFolders(string root, DatasetInfo info)
    {
        var files = ByPart([.. CaseFiles(root)]);
        return files.Values.Any(part => part.Count > 0)
            ? new PreparedDataset(root, info, null, null, files)
            : throw new InvalidDataException($"'{root}' has no {DatasetManifest.FileName} and no *.h5 below train, valid or test.");
    }

    private static Dictionary<SplitPart, IReadOnlyList<string>> ByPart(List<string> files) => SplitParts.All.ToDictionary(
        part => part,
        part => (IReadOnlyList<string>)files.FindAll(file => file.StartsWith(part.Folder() + "/", StringComparison.Ordinal)));
}
