using System.Text.Json;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>
/// A folder of what was computed from finished runs: <c>ROOT/KIND/DATASET/RUN/{scores.csv, record.json}</c>, with <c>failure.json</c> instead
/// where it failed.
/// </summary>
/// <remarks>A result is there when its record is, which is written last.</remarks>
/// <param name="root">The folder; it need not exist yet.</param>
public sealed class DerivedStore(string root)
{
    private const string RecordFile = "record.json";
    private const string ScoresFile = "scores.csv";
    private const string FailureFile = "failure.json";

    /// <summary>The store's folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Folder of a result, whether it is there or not.</summary>
    /// <param name="kind">Kind of the computation.</param>
    /// <param name="run">The run it is made from.</param>
    /// <returns>Its path.</returns>
    public string FolderOf(string kind, RunConfiguration run) => Path.Combine(Root, kind, run.Dataset, run.Name);

    /// <summary>The table of a result, whether it is there or not.</summary>
    /// <param name="kind">Kind of the computation.</param>
    /// <param name="run">The run.</param>
    /// <returns>Its path.</returns>
    public string ScoresOf(string kind, RunConfiguration run) => Path.Combine(FolderOf(kind, run), ScoresFile);

    /// <summary>The record of a finished result.</summary>
    /// <param name="kind">Kind of the computation.</param>
    /// <param name="run">The run.</param>
    /// <returns>The record; null when there is no result.</returns>
    /// <exception cref="InvalidDataException">The record is damaged; the message names it.</exception>
    public DerivedRecord? Find(string kind, RunConfiguration run)
    {
        var path = Path.Combine(FolderOf(kind, run), RecordFile);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<DerivedRecord>(File.ReadAllText(path), RunRecord.Json) ?? throw new JsonException("it holds null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is not a record ({error.Message}): delete its folder and compute it again.", error);
        }
    }

    /// <summary>Why a computation failed; null when it did not.</summary>
    /// <param name="kind">Kind of the computation.</param>
    /// <param name="run">The run.</param>
    /// <returns>The failure.</returns>
    public RunFailure? FailureOf(string kind, RunConfiguration run)
    {
        var path = Path.Combine(FolderOf(kind, run), FailureFile);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RunFailure>(File.ReadAllText(path), RunRecord.Json) : null;
        }
        catch (JsonException)
        {
            // Only a hint for people: what cannot be read is not known.
            return null;
        }
    }

    internal RunClaim? Claim(string kind, RunConfiguration run) => RunClaim.Try(FolderOf(kind, run));

    internal void Save(DerivedRecord record, string scores)
    {
        var folder = FolderOf(record.Kind, record.Configuration);
        var text = record.ToJson();
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, RecordFile));
        WholeFile.WriteText(Path.Combine(folder, ScoresFile), scores);
        WholeFile.WriteText(Path.Combine(folder, RecordFile), text);
        File.Delete(Path.Combine(folder, FailureFile));
    }

    internal void RecordFailure(string kind, RunConfiguration run, string command, Exception error) => WholeFile.WriteText(
        Path.Combine(FolderOf(kind, run), FailureFile),
        JsonSerializer.Serialize(new RunFailure(
            error.Message, error.GetType().Name, DateTimeOffset.UtcNow, Environment.MachineName, 1 + (FailureOf(kind, run)?.Attempts ?? 0), command,
            error.ToString()), RunRecord.Json) + "\n");
}
