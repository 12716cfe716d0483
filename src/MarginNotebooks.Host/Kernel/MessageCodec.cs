using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Turns frames into messages and back.</summary>
/// <remarks>Identities, <c>&lt;IDS|MSG&gt;</c>, signature, header, parent header, metadata, content, buffers. Source: "Messaging in Jupyter", section "The Wire Protocol". Used by one thread for decoding, by any for encoding.</remarks>
/// <param name="signer">Signs and checks.</param>
public sealed class MessageCodec(MessageSigner signer)
{
    /// <summary>Version of the messaging protocol.</summary>
    public const string ProtocolVersion = "5.3";

    private static readonly byte[] s_delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly byte[] s_empty = "{}"u8.ToArray();
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly SeenSignatures _seen = new();
    private int _sent;

    /// <summary>Reads a message.</summary>
    /// <param name="frames">Its frames.</param>
    /// <returns>The message.</returns>
    /// <exception cref="InvalidDataException">The frames are no message, are signed wrongly, or came before; the message says which.</exception>
    public KernelMessage Decode(IReadOnlyList<byte[]> frames)
    {
        var at = 0;
        while (at < frames.Count && !frames[at].AsSpan().SequenceEqual(s_delimiter))
            at++;
        if (at + 5 >= frames.Count)
            throw new InvalidDataException($"{frames.Count} frames without '<IDS|MSG>', signature and four parts are no message");
        var (signature, header, parent, metadata, content) = (frames[at + 1], frames[at + 2], frames[at + 3], frames[at + 4], frames[at + 5]);
        if (!signer.Verify(signature, header, parent, metadata, content))
            throw new InvalidDataException("the signature is wrong: it was not made with the key of the connection file");
        if (signer.Signs && !_seen.Add(signature))
            throw new InvalidDataException("the signature came before: the message is a copy of an earlier one");
        var head = Parse(header, "header");
        Parse(parent, "parent header");
        var remarks = Parse(metadata, "metadata");
        return new KernelMessage([.. frames.Take(at)], header, Text(head, "msg_id"), Text(head, "msg_type"), Parse(content, "content"))
        {
            CellId = remarks["cellId"] is JsonValue value && value.TryGetValue<string>(out var id) ? id : null,
        };
    }

    /// <summary>Writes a message.</summary>
    /// <param name="identities">Frames that lead to the client, or the topic.</param>
    /// <param name="parent">Header of the message that caused this one; empty when none did.</param>
    /// <param name="type">What it says, for example <c>execute_reply</c>.</param>
    /// <param name="content">The details.</param>
    /// <param name="metadata">What does not belong to them.</param>
    /// <returns>Its frames.</returns>
    public IReadOnlyList<byte[]> Encode(IReadOnlyList<byte[]> identities, byte[] parent, string type, JsonObject content, JsonObject? metadata = null)
    {
        var header = new JsonObject
        {
            ["msg_id"] = string.Create(CultureInfo.InvariantCulture, $"{_session}_{Interlocked.Increment(ref _sent)}"),
            ["session"] = _session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        byte[][] parts = [Bytes(header), parent.Length == 0 ? s_empty : parent, metadata is null ? s_empty : Bytes(metadata), Bytes(content)];
        return [.. identities, s_delimiter, signer.Sign(parts), .. parts];
    }

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, s_json);

    private static JsonObject Parse(byte[] bytes, string part)
    {
        try
        {
            return JsonNode.Parse(bytes) as JsonObject ?? throw new InvalidDataException($"its {part} is no JSON object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its {part} is not JSON ({e.Message}): {Excerpt(bytes)}", e);
        }
    }

    private static string Text(JsonObject header, string name)
    {
        try
        {
            return (string?)header[name] ?? throw new InvalidDataException($"its header has no {name}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"its header cannot be read: {e.Message}", e);
        }
    }

    private static string Excerpt(byte[] bytes) => Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(80, bytes.Length)));
}
