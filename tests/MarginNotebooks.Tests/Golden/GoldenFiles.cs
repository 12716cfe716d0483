using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MarginNotebooks.Tests.Golden;

/// <summary>The reference numbers: JSON files under MARGIN_GOLDEN, or the copy in tests/golden.</summary>
public static class GoldenFiles
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("MARGIN_GOLDEN") is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", "golden"));

    /// <summary>Every JSON file of a folder, as "folder/name.json", in ordinal order; fails when there is none.</summary>
    public static IReadOnlyList<string> List(string folder)
    {
        var path = Path.Combine(Root, folder);
        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.json") : [];
        if (files.Length == 0)
            throw new InvalidOperationException($"No golden files in '{path}': point MARGIN_GOLDEN at a folder of the same form as tests/golden.");
        return files.Select(file => $"{folder}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal).ToList();
    }

    /// <summary>Theory data: the files of a folder that satisfy a condition on their content.</summary>
    public static TheoryData<string> Where(string folder, Func<JsonElement, bool> condition)
    {
        var data = new TheoryData<string>();
        foreach (var file in List(folder).Where(file => condition(Read(file))))
            data.Add(file);
        return data;
    }

    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, file)));
        return document.RootElement.Clone();
    }

    public static float[] Floats(JsonElement array) => array.EnumerateArray().Select(value => (float)value.GetDouble()).ToArray();

    public static double[] Doubles(JsonElement array) => array.EnumerateArray().Select(value => value.GetDouble()).ToArray();

    public static long[] Longs(JsonElement array) => array.EnumerateArray().Select(value => value.GetInt64()).ToArray();

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
