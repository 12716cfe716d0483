using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Data;

/// <summary>The JSON files of prepared data: indented, in camel case, with the same bytes on every platform.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Split))]
[JsonSerializable(typeof(DatasetManifest))]
[JsonSerializable(typeof(CaseRecord))]
[JsonSerializable(typeof(PreparationReport))]
[JsonSerializable(typeof(DatasetDescription))]
internal sealed partial class DataJson : JsonSerializerContext
{
    /// <summary>The context to use: quotes and accents in messages stay readable.</summary>
    public static DataJson Files => Readable.Context;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It does not hold what is expected; the message names the file and the place.</exception>
    public static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, type) ?? throw new InvalidDataException($"{path}: holds null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: is not a readable {typeof(T).Name}: {error.Message}", error);
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type) =>
        WholeFile.WriteText(path, JsonSerializer.Serialize(value, type) + "\n");

    // A class of its own, because the generated half must have initialised its statics first.
    private static class Readable
    {
        public static readonly DataJson Context =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
