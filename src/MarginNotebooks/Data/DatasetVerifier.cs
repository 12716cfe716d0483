using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MarginNotebooks.Data;

/// <summary>Something wrong with a prepared data set.</summary>
/// <param name="File">The file it is about, below the data set's folder.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record DatasetProblem(string File, string Message);

/// <summary>Checks a prepared data set against its own manifest: checksums, shapes, labels, and a split that no patient crosses.</summary>
public static class DatasetVerifier
{
    private const string Remedy = "run the script in data-scripts again: it makes only this anew";

    /// <summary>Checks everything.</summary>
    /// <param name="root">The data set's folder.</param>
    /// <param name="progress">Told the share that is done, 0 to 1, from several threads.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <returns>All problems, by file; none when the set is sound.</returns>
    public static IReadOnlyList<DatasetProblem> Verify(
        string root, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (!Directory.Exists(root))
            return [new DatasetProblem("", $"The folder '{root}' does not exist.")];
        DatasetManifest manifest;
        try
        {
            manifest = DatasetManifest.Read(root);
        }
        catch (InvalidDataException error)
        {
            return [new DatasetProblem(DatasetManifest.FileName, error.Message)];
        }
        var problems = new ConcurrentBag<DatasetProblem>();
        foreach (var problem in SplitProblems(root, manifest))
            problems.Add(problem);
        var done = 0;
        Parallel.ForEach(manifest.Cases, new ParallelOptions { CancellationToken = cancellation }, record =>
        {
            foreach (var message in CaseProblems(root, record, manifest))
                problems.Add(new DatasetProblem(record.File, message));
            progress?.Report(Interlocked.Increment(ref done) / (double)manifest.Cases.Count);
        });
        var known = manifest.Cases.Select(record => record.File).ToHashSet();
        foreach (var file in PreparedDataset.CaseFiles(root).Where(file => !known.Contains(file)))
            problems.Add(new DatasetProblem(file, "The manifest does not know this file; it is not used. Remove it if nobody needs it."));
        return [.. problems.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Message, StringComparer.Ordinal)];
    }

    private static IEnumerable<DatasetProblem> SplitProblems(string root, DatasetManifest manifest)
    {
        const string Name = PreparedDataset.SplitFileName;
        Split split;
        string? unreadable = null;
        try
        {
            split = DataJson.Read(Path.Combine(root, Name), DataJson.Files.Split);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            (split, unreadable) = (null!, error.Message);
        }
        if (unreadable is not null)
        {
            yield return new DatasetProblem(Name, $"{unreadable} To mend it, {Remedy}.");
            yield break;
        }
        foreach (var problem in split.Problems(manifest.Cases.Select(record => record.PatientId)))
            yield return new DatasetProblem(Name, problem);
        if (split.Checksum != manifest.SplitChecksum)
            yield return new DatasetProblem(Name, "This is not the split that the manifest was written with.");
        foreach (var record in manifest.Cases)
        {
            var part = split.PartOf(record.PatientId);
            if (part is { } known && !record.File.StartsWith(known.Folder() + "/", StringComparison.Ordinal))
                yield return new DatasetProblem(record.File, $"The split puts patient '{record.PatientId}' into {known.Folder()}.");
        }
    }

    private static IEnumerable<string> CaseProblems(string root, CaseRecord record, DatasetManifest manifest)
    {
        var path = Path.Combine(root, record.File);
        if (!File.Exists(path))
            return [$"The file is missing; {Remedy}."];
        var bytes = File.ReadAllBytes(path);
        var checksum = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (checksum != record.Sha256)
            return [$"The checksum is {checksum}, the manifest says {record.Sha256}: the file was changed or damaged; {Remedy}."];
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            return ContentProblems(Hdf5Case.Read(stream, record.File, manifest.AxisOrder), record, manifest.ClassNames.Count);
        }
        catch (InvalidDataException error)
        {
            return [error.Message];
        }
    }

    private static List<string> ContentProblems(SegmentationCase item, CaseRecord record, int classes)
    {
        var problems = new List<string>();
        int[] shape = [item.Channels, item.Depth, item.Height, item.Width];
        if (!shape.SequenceEqual(record.Shape))
            problems.Add($"The shape is ({string.Join(", ", shape)}), the manifest says ({string.Join(", ", record.Shape)}).");
        if (item.Id != record.Id || item.PatientId != record.PatientId || item.Group != record.Group)
            problems.Add(
                $"The file is case '{item.Id}' of patient '{item.PatientId}' ({item.Group ?? "no group"}), "
                + $"the manifest says '{record.Id}' of '{record.PatientId}' ({record.Group ?? "no group"}).");
        var voxels = LabelHistogram.Of(item.Labels, classes);
        if (!voxels.SequenceEqual(record.LabelVoxels))
            problems.Add($"Voxels by class are {string.Join(", ", voxels)}, the manifest says {string.Join(", ", record.LabelVoxels)}.");
        if (item.Image.Any(value => !float.IsFinite(value)))
            problems.Add("Some intensities are NaN or infinite.");
        return problems;
    }
}
