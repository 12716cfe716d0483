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
    /// <param name="order">Identifiers in the order of the table; rows with other names come last.</param>
    /// <returns>The rows, in order.</returns>
    public static IReadOnlyList<RowResult> ReadAll(string folder, IReadOnlyList<string> order) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*.json")
            .Select(Read)
            .OrderBy(row => order.ToList().IndexOf(row.Id) is >= 0 and var at ? at : int.MaxValue)
            .ThenBy(row => row.Id, StringComparer.Ordinal),
    ];
}
