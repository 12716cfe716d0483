using System.Text.Encodings.Web;
using System.Text.Json;

namespace MarginNotebooks.Benchmarks.Report;

/// <summary>The stored rows: one JSON file each.</summary>
public static class ResultFolder
{
    /// <summary>How rows are written.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A row as JSON.</summary>
    public static string Write(RowResult row) => JsonSerializer.Serialize(row, Json) + "\n";

    /// <summary>Reads a row.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The row.</returns>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public static RowResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RowResult>(File.ReadAllText(path), Json) ?? throw new JsonException("it holds null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no benchmark row: {error.Message}", error);
        }
    }

    /// <summary>Reads every row of a folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <returns>The rows, in the order of the table.</returns>
    public static IReadOnlyList<RowResult> ReadAll(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*.json")
            .Select(Read)
            .OrderBy(row => row.Position)
            .ThenBy(row => row.Id, StringComparer.Ordinal),
    ];
}
