using System.Text.Json;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Data;

/// <summary>Finds what is wrong with a description, in words for the person who wrote it.</summary>
internal static class DatasetDescriptionText
{
    private static readonly string[] Names =
        [.. DataJson.Files.DatasetDescription.Properties.Select(property => property.Name).Order(StringComparer.Ordinal)];

    /// <summary>Throws for a property that descriptions do not have: a misspelt one would else be as if not written.</summary>
    public static void CheckNames(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{path}: holds no JSON object {{ … }}.");
            foreach (var property in document.RootElement.EnumerateObject())
                if (!Names.Contains(property.Name))
                    throw new InvalidDataException($"{path}: there is no property '{property.Name}'; known are {string.Join(", ", Names)}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: is no JSON: {error.Message}", error);
        }
    }

    /// <summary>The first thing that makes no sense, or null.</summary>
    public static string? Problem(DatasetDescription item)
    {
        if (!DatasetDescription.IsKey(item.Key))
            return $"key is '{item.Key}'; use small letters, digits and hyphens.";
        if (DatasetCatalog.FindKnown(item.Key) is { } known)
            return $"key '{item.Key}' is that of {known.Name}; choose another.";
        if (item.Classes.Count is < 2 or > 255)
            return $"classes has {item.Classes.Count} names; at least two are needed, the first for the background.";
        if (item.Images.Count == 0)
            return "images is empty; name at least one pattern.";
        foreach (var (pattern, name) in item.Images.Select(pattern => (pattern, "images")).Append((item.Label, "label")))
            if (FilePattern.Problem(pattern) is { } problem)
                return $"{name}: {problem}";
        if (item.Images.Append(item.Label).Select(pattern => pattern.Contains(FilePattern.Patient, StringComparison.Ordinal)).Distinct().Count() > 1)
            return $"{FilePattern.Patient} must be in every pattern, or in none.";
        if (item.Labels?.FirstOrDefault(pair => pair.Value >= item.Classes.Count) is { Value: > 0 } stray)
            return $"labels gives {stray.Key} the class {stray.Value}; classes are 0 to {item.Classes.Count - 1}.";
        if (item.Channels is { } channels && item.Images.Count > 1 && channels.Count != item.Images.Count)
            return $"channels has {channels.Count} names, images has {item.Images.Count} patterns.";
        if (item.Window is not (null or [_, _]) || item.Window is [var low, var high] && !(low < high))
            return "window takes two numbers, the lower first.";
        if (item.Orientation is { } orientation && !VolumeOrientation.IsOrientation(orientation))
            return $"orientation is '{orientation}'; use three letters, one of R and L, one of A and P, one of S and I, for example LPS.";
        if (item.Size is not (null or [> 0, > 0]))
            return "size takes rows and columns, two numbers from 1.";
        if (item.BatchSize < 1)
            return $"batchSize is {item.BatchSize}; it must be 1 or more.";
        return item.Split is null || item.Split is [>= 0, >= 0, >= 0] && item.Split.Sum() > 0
            ? null
            : "split takes three numbers, the shares of training, validation and test.";
    }
}
