using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Reads the details of a request.</summary>
internal static class MessageContent
{
    /// <summary>A text; the other one when there is none.</summary>
    public static string Text(this JsonObject content, string name, string otherwise) => (string?)content[name] ?? otherwise;

    /// <summary>A truth value; the other one when there is none.</summary>
    public static bool Flag(this JsonObject content, string name, bool otherwise) => (bool?)content[name] ?? otherwise;

    /// <summary>A number; null when there is none.</summary>
    public static int? Integer(this JsonObject content, string name) => (int?)content[name];
}
