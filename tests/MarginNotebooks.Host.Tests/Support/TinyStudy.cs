using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>A study small enough to be run, killed and compared in a test.</summary>
internal static class TinyStudy
{
    /// <summary>Writes the study file.</summary>
    public static string Write(TemporaryFolder folder, int epochs = 3, string methods = "\"ce\", \"mbls-5\"", int filters = 2)
    {
        File.WriteAllText(folder["tiny.json"], $$"""
            {
              "name": "tiny",
              "base": { "dataset": "phantom", "phantomPatients": 10, "filters": {{filters}}, "epochs": {{epochs}}, "batchSize": 8 },
              "axes": { "method": [{{methods}}] }
            }
            """);
        return folder["tiny.json"];
    }

    /// <summary>Every result of a store by its path, without what may differ between two makings of the same run: times and memory.</summary>
    public static SortedDictionary<string, string> Results(string store)
    {
        var results = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in Directory.GetFiles(store, "run.json", SearchOption.AllDirectories))
        {
            var folder = Path.GetDirectoryName(record)!;
            foreach (var file in Directory.GetFiles(folder).Where(file => Path.GetExtension(file) is ".csv" or ".json" or ".safetensors"))
                results[Path.GetRelativePath(store, file)] = Content(file);
        }
        foreach (var table in Directory.GetFiles(Path.Combine(store, "_tables", "tiny")).Where(file => !file.Contains("-runs.")))
            results[Path.GetRelativePath(store, table)] = File.ReadAllText(table);
        return results;
    }

    private static string Content(string file)
    {
        switch (Path.GetFileName(file))
        {
            case "run.json":
                var record = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
                foreach (var name in new[] { "started", "trainingSeconds", "evaluationSeconds", "resumed", "peakMemoryMegabytes" })
                    Assert.True(record.Remove(name), name);
                return record.ToJsonString();
            case "epochs.csv":
                var lines = File.ReadAllLines(file);
                var seconds = lines[0].Split(',').ToList().IndexOf("seconds");
                return string.Join('\n', lines.Select(line => string.Join(',', line.Split(',').Where((_, column) => column != seconds))));
            default:
                return Convert.ToHexString(File.ReadAllBytes(file));
        }
    }
}
