using System.Security.Cryptography;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Data.Preparation;

/// <summary>The folder of a prepared set while it is being made: what earlier runs left, and what this one adds.</summary>
internal sealed class PreparedStore
{
    private const string WorkName = ".work";

    private readonly string root;
    private readonly string work;
    private readonly Dictionary<string, CaseRecord> earlier = [];
    private readonly HashSet<string> ownFiles;

    public PreparedStore(string root)
    {
        this.root = root;
        work = Path.Combine(root, WorkName);
        Directory.CreateDirectory(work);
        if (File.Exists(Path.Combine(root, DatasetManifest.FileName)) && TryRead(() => DatasetManifest.Read(root)) is { } manifest)
            foreach (var record in manifest.Cases)
                earlier[record.Id] = record;
        ownFiles = [.. earlier.Values.Select(record => record.File)];
        foreach (var path in Directory.EnumerateFiles(work, "*.json"))
            if (TryRead(() => DataJson.Read(path, DataJson.Files.CaseRecord)) is { } record)
                earlier[record.Id] = record;
    }

    /// <summary>
    /// The record of a case that an earlier run prepared from the same sources with the same settings, if its file is intact.
    /// </summary>
    public CaseRecord? Find(SourceCase item, CaseFiles files, string settings)
    {
        if (!earlier.TryGetValue(item.Id, out var record)
            || record.Image != files.Image.Source || record.Label != files.Label.Source || record.Settings != settings
            || !(record.MoreSources ?? []).SequenceEqual(files.MoreSources ?? [])
            || record.PatientId != item.PatientId || record.Group != item.Group)
            return null;
        var intact = Candidates(record).FirstOrDefault(file => Path.Combine(root, file) is var path
            && File.Exists(path) && Checksum(path) == record.Sha256);
        if (intact is null)
            return null;
        record = record with { File = intact };
        Remember(record);
        return record;
    }

    /// <summary>Writes a case into the working folder.</summary>
    public CaseRecord Put(SegmentationCase item, CaseRecord record, AxisOrder order)
    {
        var bytes = Hdf5Case.ToBytes(item, order);
        record = record with { File = $"{WorkName}/{item.Id}.h5", Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        WholeFile.Write(Path.Combine(root, record.File), bytes);
        Remember(record);
        return record;
    }

    /// <summary>Drops what earlier runs knew of a case that can no longer be prepared.</summary>
    public void Forget(string id) => File.Delete(RecordPath(id));

    /// <summary>
    /// Moves the cases to the folders of their parts, removes the kit's own files that no case needs, and names those of others.
    /// </summary>
    public IReadOnlyList<CaseRecord> Place(IReadOnlyList<CaseRecord> records, Split split, List<PreparationNote> notes)
    {
        // From here to the end the set is not what the old manifest says.
        File.Delete(Path.Combine(root, DatasetManifest.FileName));
        var placed = new List<CaseRecord>();
        foreach (var record in records)
        {
            var part = split.PartOf(record.PatientId) ?? throw new InvalidOperationException($"Patient '{record.PatientId}' has no part.");
            var file = $"{part.Folder()}/{record.Id}.h5";
            if (record.File != file)
            {
                Directory.CreateDirectory(Path.Combine(root, part.Folder()));
                File.Move(Path.Combine(root, record.File), Path.Combine(root, file), overwrite: true);
            }
            placed.Add(record with { File = file });
        }
        var needed = placed.Select(record => record.File).ToHashSet();
        var foreign = new List<string>();
        foreach (var file in PreparedDataset.CaseFiles(root).Where(file => !needed.Contains(file)))
        {
            if (ownFiles.Contains(file) || earlier.ContainsKey(Path.GetFileNameWithoutExtension(file)))
                File.Delete(Path.Combine(root, file));
            else
                foreign.Add(file);
        }
        if (foreign.Count > 0)
            notes.Add(new PreparationNote(
                PreparationSeverity.Warning, "foreign-file", null,
                $"{foreign.Count} files in the output folder belong to no case of this preparation; they are left alone and not used.", foreign));
        return placed;
    }

    /// <summary>Removes the working folder, and what a killed run had begun to write beside the lists.</summary>
    public void Finish()
    {
        Directory.Delete(work, recursive: true);
        string[] lists = [DatasetManifest.FileName, PreparedDataset.SplitFileName, DatasetDescription.FileName, PreparationReport.JsonName, PreparationReport.MarkdownName];
        foreach (var list in lists)
            foreach (var begun in Directory.EnumerateFiles(root, $"{list}.*.tmp"))
                File.Delete(begun);
    }

    private void Remember(CaseRecord record) => DataJson.Write(RecordPath(record.Id), record, DataJson.Files.CaseRecord);

    private string RecordPath(string id) => Path.Combine(work, id + ".json");

    private static IEnumerable<string> Candidates(CaseRecord record) =>
        new[] { record.File, $"{WorkName}/{record.Id}.h5" }
            .Concat(SplitParts.All.Select(part => $"{part.Folder()}/{record.Id}.h5")).Distinct();

    private static string Checksum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // What an earlier version or a damaged file left is simply made again.
    private static T? TryRead<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
