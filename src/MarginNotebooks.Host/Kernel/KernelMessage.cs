using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Kernel;

/// <summary>A message from a client.</summary>
/// <param name="Identities">Frames that lead a reply back to the client.</param>
/// <param name="Header">Its header exactly as it came: the parent header of everything that it causes.</param>
/// <param name="Id">Identity of the message.</param>
/// <param name="Type">What it asks, for example <c>execute_request</c>.</param>
/// <param name="Content">The details.</param>
public sealed record KernelMessage(IReadOnlyList<byte[]> Identities, byte[] Header, string Id, string Type, JsonObject Content)
{
    /// <summary>The cell that the code of a request is in; null when the client does not say.</summary>
    public string? CellId { get; init; }
}
