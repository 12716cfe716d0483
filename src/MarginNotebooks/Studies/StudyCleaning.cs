namespace MarginNotebooks.Studies;

/// <summary>What a cleaning of a store takes away. Results never are.</summary>
[Flags]
public enum CleaningTargets
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Checkpoints of finished runs; the weights of the best epoch stay.</summary>
    Checkpoints = 1,

    /// <summary>Weights of the best epoch of finished runs: post-hoc calibration and new tests will need a new training.</summary>
    Weights = 2,

    /// <summary>Checkpoints, weights and error of failed runs.</summary>
    Failed = 4,

    /// <summary>Checkpoints, weights and errors of unfinished runs that belong to no study known to the store.</summary>
    Orphaned = 8,
}

/// <summary>A file that a cleaning takes away.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Reason">Why it may go.</param>
public sealed record CleaningItem(string Path, long Bytes, string Reason);

/// <summary>Takes checkpoints away that nobody needs any more.</summary>
public static class StudyCleaning
{
    private static readonly string[] Checkpoints =
        ["last.ckpt", "previous.ckpt", "next.ckpt", "damaged.ckpt", "last.ckpt.damaged", "previous.ckpt.damaged", "progress.json"];

    private static readonly string[] Work = [.. Checkpoints, "best.safetensors", "epochs.jsonl", "failure.json", SampleLogits.FileName];

    /// <summary>Takes files away, or only lists them.</summary>
    /// <param name="store">The folder of studies.</param>
    /// <param name="study">The study whose runs are cleaned.</param>
    /// <param name="targets">What goes.</param>
    /// <param name="dryRun">True lists and takes nothing.</param>
    /// <param name="others">Other studies of the store: what they have begun is not orphaned.</param>
    /// <returns>The files. Runs that a process is at work on are left alone.</returns>
    public static IReadOnlyList<CleaningItem> Clean(
        StudyStore store, Study study, CleaningTargets targets, bool dryRun, IReadOnlyList<Study>? others = null)
    {
        var items = new List<CleaningItem>();
        foreach (var run in study.Runs)
        {
            var finished = store.Results.Contains(run);
            if (finished && targets.HasFlag(CleaningTargets.Checkpoints))
                Take(store.FolderOf(run), Checkpoints, "checkpoint of a finished run");
            if (finished && targets.HasFlag(CleaningTargets.Weights))
                Take(store.FolderOf(run), ["best.safetensors"], "weights of a finished run");
            if (!finished && targets.HasFlag(CleaningTargets.Failed) && store.FailureOf(run) is not null)
                Take(store.FolderOf(run), Work, "failed run");
        }
        if (targets.HasFlag(CleaningTargets.Orphaned))
        {
            Study[] studies = [study, .. others ?? []];
            var known = studies.SelectMany(each => each.Runs).Select(store.FolderOf).ToHashSet();
            var datasets = studies.SelectMany(each => each.Runs).Select(run => Path.Combine(store.Root, run.Dataset)).Distinct().Where(Directory.Exists);
            foreach (var folder in datasets.SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal))
            {
                if (!known.Contains(folder) && !File.Exists(Path.Combine(folder, RunStore.RecordFile)))
                    Take(folder, Work, "unfinished run of no study of this store");
            }
        }
        return items;

        void Take(string folder, string[] names, string reason)
        {
            var files = names.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToList();
            if (files.Count == 0)
                return;
            using var claim = RunClaim.Try(folder);
            if (claim is null)
                return;
            foreach (var file in files)
            {
                items.Add(new CleaningItem(file, new FileInfo(file).Length, reason));
                if (!dryRun)
                    File.Delete(file);
            }
        }
    }
}
