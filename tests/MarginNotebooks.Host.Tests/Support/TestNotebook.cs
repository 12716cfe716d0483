using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Builds notebooks for tests.</summary>
internal static class TestNotebook
{
    public static JsonObject Code(string source, params string[] tags) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["metadata"] = tags.Length == 0 ? new JsonObject() : new JsonObject { ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) },
        ["outputs"] = new JsonArray(),
        ["source"] = MultilineText.Write(source),
    };

    public static JsonObject Markdown(string source) => new()
    {
        ["cell_type"] = "markdown",
        ["metadata"] = new JsonObject(),
        ["source"] = MultilineText.Write(source),
    };

    public static string Text(params JsonObject[] cells) => new JsonObject
    {
        ["cells"] = new JsonArray([.. cells]),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = "C#", ["language"] = "C#", ["name"] = "margin" },
            ["a_tool_of_tomorrow"] = new JsonObject { ["z"] = 1.50, ["a"] = new JsonArray() },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 4,
    }.ToJsonString();

    public static string Write(TemporaryFolder folder, string name, params JsonObject[] cells)
    {
        File.WriteAllText(folder[name], Text(cells));
        return folder[name];
    }
}
