using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>
/// The folder of studies: <c>ROOT/dataset/run/</c> holds everything of a run, named by method, seed and the hash of its configuration: results
/// (<c>run.json</c>, <c>epochs.csv</c>, <c>cases.csv</c>, <c>reliability.csv</c>, <c>logits.safetensors</c>), checkpoints (<c>last.ckpt</c>,
/// <c>previous.ckpt</c>, <c>best.safetensors</c>, <c>epochs.jsonl</c>), and, as the case may be, <c>failure.json</c> and <c>progress.json</c>.
/// </summary>
/// <remarks>Studies share a store: a run belongs to every study whose grid has its configuration. Several processes may work in one.</remarks>
public sealed class StudyStore
{
    private const string FailureFile = "failure.json";
    private const string ProgressFile = "progress.json";

    /// <summary>Opens a store; the folder need not exist yet.</summary>
    /// <param name="root">The folder.</param>
    public StudyStore(string root) => Results = new RunStore(root);

    /// <summary>The store's folder.</summary>
    public string Root => Results.Root;

    /// <summary>The finished runs.</summary>
    public RunStore Results { get; }

    /// <summary>Folder of a run, whether it is there or not.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Its path.</returns>
    public string FolderOf(RunConfiguration run) => Results.FolderOf(run);

    /// <summary>Takes the right to work on a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The claim, or null when another process has it.</returns>
    public RunClaim? Claim(RunConfiguration run) => RunClaim.Try(FolderOf(run));

    /// <summary>Where a run stands.</summary>
    /// <param name="run">The run.</param>
    /// <returns>State, and what is known besides.</returns>
    public RunStatus StatusOf(RunConfiguration run)
    {
        var folder = FolderOf(run);
        if (!Directory.Exists(folder))
            return new RunStatus(run, RunState.Missing);
        if (RunClaim.IsTaken(folder))
        {
            var progress = ReadProgress(run);
            return new RunStatus(run, RunState.Running, progress is null ? null : $"process {progress.ProcessId} on {progress.Machine}", progress);
        }
        if (Results.Contains(run))
            return Damage(run) is { } damage ? new RunStatus(run, RunState.Damaged, damage) : new RunStatus(run, RunState.Finished);
        if (FailureOf(run) is { } failure)
            return new RunStatus(run, RunState.Failed, failure.Error, ReadProgress(run));
        return File.Exists(Path.Combine(folder, "last.ckpt")) || File.Exists(Path.Combine(folder, "previous.ckpt"))
            ? new RunStatus(run, RunState.Started, null, ReadProgress(run))
            : new RunStatus(run, RunState.Missing);
    }

    /// <summary>What is wrong with a finished run's results; null when they can be read.</summary>
    /// <param name="run">The run.</param>
    /// <returns>A message that names the file.</returns>
    public string? Damage(RunConfiguration run)
    {
        try
        {
            Results.Load(run);
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
        {
            return e is IOException or InvalidDataException or UnauthorizedAccessException
                ? e.Message
                : $"A table in '{FolderOf(run)}' cannot be read: {e.Message}";
        }
    }

    /// <summary>Why a run failed; null when it did not.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The record.</returns>
    public RunFailure? FailureOf(RunConfiguration run) => Read<RunFailure>(run, FailureFile);

    /// <summary>Writes down why a run failed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="error">The message.</param>
    /// <param name="kind">Type of the exception, or <c>process</c>.</param>
    /// <param name="detail">Stack trace or last words.</param>
    public void RecordFailure(RunConfiguration run, string error, string kind, string? detail) => Write(run, FailureFile, new RunFailure(
        error, kind, DateTimeOffset.UtcNow, Environment.MachineName, 1 + (FailureOf(run)?.Attempts ?? 0), run.Command, detail));

    /// <summary>Gives a failed run another try: its error is forgotten, and checkpoints that cannot be read step aside.</summary>
    /// <param name="run">The run.</param>
    /// <returns>True when there was a failure.</returns>
    public bool ForgetFailure(RunConfiguration run)
    {
        var path = PathOf(run, FailureFile);
        if (!File.Exists(path))
            return false;
        using var claim = Claim(run);
        if (claim is null)
            return false;
        // A run that no checkpoint can be read of would fail for ever.
        if (FailureOf(run)?.Kind == nameof(Training.CheckpointException))
        {
            foreach (var name in new[] { "last.ckpt", "previous.ckpt" }.Where(name => File.Exists(PathOf(run, name))))
                File.Move(PathOf(run, name), PathOf(run, name + ".damaged"), overwrite: true);
        }
        File.Delete(path);
        return true;
    }

    /// <summary>Takes finished runs of a study from another folder of runs, so that they are not trained again.</summary>
    /// <param name="study">The study.</param>
    /// <param name="other">The other folder, for example the repository's own results.</param>
    /// <returns>Number of runs taken.</returns>
    public int Adopt(Study study, RunStore other)
    {
        var taken = study.Runs.Where(run => !Results.Contains(run) && other.Contains(run)).ToList();
        taken.ForEach(run => Results.Save(other.Load(run)));
        return taken.Count;
    }

    /// <summary>Where the store keeps what was run in it: studies with each of their runs.</summary>
    public string StudiesFolder => Path.Combine(Root, "_studies");

    /// <summary>Writes down a study before it is run, so that processes, clusters and cleanings know it as it was.</summary>
    /// <param name="study">The study.</param>
    /// <returns>The file; the same study has the same one.</returns>
    public string Freeze(Study study)
    {
        var names = string.Join('\n', study.Runs.Select(run => $"{run.Dataset}/{run.Name}"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(names)))[..8];
        var path = Path.Combine(StudiesFolder, $"{study.Name}-{hash}.json");
        StudyFile.Write(path, study);
        return path;
    }

    /// <summary>The studies that were run in this store.</summary>
    /// <returns>Each with its runs.</returns>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public IReadOnlyList<Study> Studies() => Directory.Exists(StudiesFolder)
        ? [.. Directory.GetFiles(StudiesFolder, "*.json").Order(StringComparer.Ordinal).Select(StudyFile.Read)]
        : [];

    internal void WriteProgress(RunConfiguration run, RunProgress progress) => Write(run, ProgressFile, progress);

    internal void EndProgress(RunConfiguration run) => File.Delete(PathOf(run, ProgressFile));

    internal string PathOf(RunConfiguration run, string file) => Path.Combine(FolderOf(run), file);

    private RunProgress? ReadProgress(RunConfiguration run) => Read<RunProgress>(run, ProgressFile);

    private void Write<T>(RunConfiguration run, string file, T value) =>
        WholeFile.WriteText(PathOf(run, file), JsonSerializer.Serialize(value, RunRecord.Json) + "\n");

    private T? Read<T>(RunConfiguration run, string file) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(PathOf(run, file)), RunRecord.Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // Only a hint for people: what cannot be read is not known.
            return null;
        }
    }
}
