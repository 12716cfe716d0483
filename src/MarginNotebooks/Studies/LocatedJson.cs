using System.Text;
using System.Text.Json;

namespace MarginNotebooks.Studies;

/// <summary>A JSON value that knows its line, so that an error in a file a person wrote can name it.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Value">Text, number, truth value, null, a list of values, or an object's members in their order.</param>
internal sealed record LocatedJson(int Line, object? Value)
{
    /// <summary>Members of an object; null for other values.</summary>
    public IReadOnlyList<(string Name, LocatedJson Value)>? Members => Value as List<(string, LocatedJson)>;

    /// <summary>Items of a list; null for other values.</summary>
    public IReadOnlyList<LocatedJson>? Items => Value as List<LocatedJson>;

    /// <summary>Reads a file; comments and trailing commas are allowed.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or an object names a member twice; the message names file and line.</exception>
    public static LocatedJson Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var text = bytes.AsSpan(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0);
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            reader.Read();
            var value = Next(ref reader, text, path);
            reader.Read();
            return value;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}', line {e.LineNumber + 1}: not JSON: {e.Message.Split(" LineNumber")[0]}", e);
        }
    }

    private static LocatedJson Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
    {
        var line = LineAt(text, reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<(string Name, LocatedJson Value)>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var at = LineAt(text, reader.TokenStartIndex);
                    if (members.Any(member => member.Name == name))
                        throw new InvalidDataException($"'{path}', line {at}: '{name}' is there twice.");
                    reader.Read();
                    members.Add((name, Next(ref reader, text, path)));
                }
                return new LocatedJson(line, members);
            case JsonTokenType.StartArray:
                var items = new List<LocatedJson>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Next(ref reader, text, path));
                return new LocatedJson(line, items);
            case JsonTokenType.Number:
                return new LocatedJson(line, reader.TryGetInt32(out var whole) ? whole : reader.GetDouble());
            case JsonTokenType.String:
                return new LocatedJson(line, reader.GetString());
            case JsonTokenType.True or JsonTokenType.False:
                return new LocatedJson(line, reader.GetBoolean());
            default:
                return new LocatedJson(line, null);
        }
    }

    private static int LineAt(ReadOnlySpan<byte> text, long position) => 1 + text[..(int)position].Count((byte)'\n');
}
