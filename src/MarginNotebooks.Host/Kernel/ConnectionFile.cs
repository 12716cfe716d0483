using System.Text.Json;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Commands;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Where a Jupyter client and its kernel meet: addresses and the key of their signatures, written by the client.</summary>
public sealed record ConnectionFile
{
    /// <summary>Address of the interface to listen on.</summary>
    public required string Ip { get; init; }

    /// <summary>Port of the requests.</summary>
    public required int ShellPort { get; init; }

    /// <summary>Port of the requests that must not wait: interrupt, shutdown.</summary>
    public required int ControlPort { get; init; }

    /// <summary>Port on which outputs are published.</summary>
    public required int IopubPort { get; init; }

    /// <summary>Port on which the kernel asks for input.</summary>
    public required int StdinPort { get; init; }

    /// <summary>Port that echoes whatever it gets, as a sign of life.</summary>
    public required int HeartbeatPort { get; init; }

    /// <summary>Key of the HMAC-SHA256 signatures; empty when messages are not signed.</summary>
    public required string Key { get; init; }

    /// <summary>Reads a connection file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="CommandException">The file is missing or not usable; the message names it and the value.</exception>
    public static ConnectionFile Load(string path)
    {
        var file = Read(path);
        var transport = Text(file, path, "transport", "tcp");
        if (transport == "ipc")
            throw Wrong(path, "transport", transport, "this kernel has no Unix sockets: set the client to tcp (jupyter --transport=tcp)");
        if (transport != "tcp")
            throw Wrong(path, "transport", transport, "only tcp is known");
        var scheme = Text(file, path, "signature_scheme", "hmac-sha256");
        if (scheme is not ("hmac-sha256" or ""))
            throw Wrong(path, "signature_scheme", scheme, "only hmac-sha256 is known");
        var ip = Text(file, path, "ip", "127.0.0.1");
        if (ip.Length == 0)
            throw Wrong(path, "ip", ip, "an address such as 127.0.0.1 is expected");
        return new ConnectionFile
        {
            Ip = ip,
            ShellPort = Port(file, path, "shell_port"),
            ControlPort = Port(file, path, "control_port"),
            IopubPort = Port(file, path, "iopub_port"),
            StdinPort = Port(file, path, "stdin_port"),
            HeartbeatPort = Port(file, path, "hb_port"),
            Key = Text(file, path, "key", ""),
        };
    }

    /// <summary>The address of a port.</summary>
    /// <param name="port">One of the ports.</param>
    /// <returns>For example <c>tcp://127.0.0.1:5555</c>.</returns>
    public string Address(int port) => $"tcp://{Ip}:{port}";

    private static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new CommandException($"connection file '{path}' holds no JSON object; give the file that the Jupyter client wrote.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"connection file '{path}' cannot be read: {e.Message}", inner: e);
        }
        catch (JsonException e)
        {
            throw new CommandException($"connection file '{path}' is not JSON: {e.Message}", inner: e);
        }
    }

    private static string Text(JsonObject file, string path, string name, string otherwise) => file[name] switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => throw Wrong(path, name, other.ToJsonString(), "text is expected"),
    };

    private static int Port(JsonObject file, string path, string name)
    {
        if (file[name] is not { } node)
            throw new CommandException($"connection file '{path}': {name} is missing.");
        return node is JsonValue value && value.TryGetValue<int>(out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw Wrong(path, name, node.ToJsonString(), "a port from 1 to 65535 is expected");
    }

    private static CommandException Wrong(string path, string name, string value, string expected) =>
        new($"connection file '{path}': {name} is '{value}'; {expected}.");
}
