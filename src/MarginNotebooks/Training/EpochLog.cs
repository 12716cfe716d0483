using System.Text.Json;

namespace MarginNotebooks.Training;

/// <summary>Reads the epoch log of a run: <c>epochs.jsonl</c>, one JSON object a line.</summary>
public static class EpochLog
{
    /// <summary>Reads a log.</summary>
    /// <param name="path">The file <c>epochs.jsonl</c> of a run.</param>
    /// <returns>The finished epochs, in order.</returns>
    /// <exception cref="InvalidDataException">A line is not an epoch record.</exception>
    public static IReadOnlyList<EpochRecord> Read(string path) => [.. File.ReadLines(path).Select((line, i) =>
    {
        try
        {
            return JsonSerializer.Deserialize<EpochRecord>(line, Checkpoint.Json) ?? throw new JsonException("the line is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {i + 1}, is not an epoch record: {e.Message}", e);
        }
    })];
}
