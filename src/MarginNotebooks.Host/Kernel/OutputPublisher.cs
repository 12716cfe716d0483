using System.Text;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Publishes outputs in the order in which they come, from any thread.</summary>
/// <remarks>Text that follows text of the same stream and cell travels with it in one message, which leaves at the latest after
/// <see cref="Pause"/>; anything else sends the waiting text first, so nothing overtakes.</remarks>
public sealed class OutputPublisher : IDisposable
{
    /// <summary>How long text waits for more.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const int MaxWaiting = 1 << 20;
    private readonly Lock _gate = new();
    private readonly MessageCodec _codec;
    private readonly Action<IReadOnlyList<byte[]>> _send;
    private readonly StringBuilder _text = new();
    private readonly Timer _timer;
    private byte[] _parent = [];
    private string _stream = "";

    /// <summary>Publishes through a socket.</summary>
    /// <param name="codec">Writes the messages.</param>
    /// <param name="send">Takes their frames.</param>
    public OutputPublisher(MessageCodec codec, Action<IReadOnlyList<byte[]>> send)
    {
        (_codec, _send) = (codec, send);
        _timer = new Timer(_ => Flush());
    }

    /// <summary>Publishes text that was written to a stream.</summary>
    /// <param name="parent">Header of the request that ran the code.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">The text.</param>
    public void Write(byte[] parent, string stream, string text)
    {
        lock (_gate)
        {
            if (_parent != parent || _stream != stream)
                SendText(all: true);
            if (_text.Length == 0)
                _timer.Change(Pause, Timeout.InfiniteTimeSpan);
            (_parent, _stream) = (parent, stream);
            _text.Append(text);
            if (_text.Length >= MaxWaiting)
                SendText(all: false);
        }
    }

    /// <summary>Publishes a message.</summary>
    /// <param name="parent">Header of the request that caused it.</param>
    /// <param name="type">What it says.</param>
    /// <param name="content">The details.</param>
    public void Publish(byte[] parent, string type, JsonObject content)
    {
        lock (_gate)
        {
            SendText(all: true);
            Send(parent, type, type, content);
        }
    }

    /// <summary>Publishes whether the kernel works on a request.</summary>
    /// <param name="parent">Header of the request.</param>
    /// <param name="state"><c>starting</c>, <c>busy</c> or <c>idle</c>.</param>
    public void Status(byte[] parent, string state) => Publish(parent, "status", new JsonObject { ["execution_state"] = state });

    /// <summary>Sends text that waits.</summary>
    public void Flush()
    {
        lock (_gate)
            SendText(all: false);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>The forms of a value as messages carry them: JSON as objects, everything else as one string each.</summary>
    /// <param name="bundle">The forms.</param>
    /// <returns>A <c>data</c> object.</returns>
    public static JsonObject Data(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (type, content) in bundle.Parts)
            data[type] = MimeBundle.IsJson(type) ? JsonNode.Parse(content) : content;
        return data;
    }

    /// <param name="all">Also the first half of a character whose second half may still come.</param>
    private void SendText(bool all)
    {
        var half = !all && _text.Length > 0 && char.IsHighSurrogate(_text[^1]) ? _text[^1] : (char?)null;
        var text = _text.ToString(0, _text.Length - (half is null ? 0 : 1));
        _text.Clear();
        if (text.Length > 0)
            Send(_parent, "stream", $"stream.{_stream}", new JsonObject { ["name"] = _stream, ["text"] = text });
        if (half is null)
            return;
        _text.Append(half);
        _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    private void Send(byte[] parent, string type, string topic, JsonObject content) =>
        _send(_codec.Encode([Encoding.UTF8.GetBytes(topic)], parent, type, content));
}
