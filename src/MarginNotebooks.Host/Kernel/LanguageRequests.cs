using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks.Scripting.Language;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Answers the questions about code that is being typed.</summary>
/// <param name="language">Knows the answers.</param>
internal sealed class LanguageRequests(Func<Task<LanguageService>> language)
{
    private const string Types = "_jupyter_types_experimental";

    /// <summary>What could follow: <c>complete_request</c>.</summary>
    public async Task<JsonObject> CompleteAsync(JsonObject content)
    {
        var code = content.Text("code", "");
        var reply = await (await language()).CompleteAsync(code, Position(content, code), CancellationToken.None);
        var (start, end) = (CursorPosition.ToCharacters(code, reply.Start), CursorPosition.ToCharacters(code, reply.End));
        var types = reply.Items.Select(item => (JsonNode)new JsonObject
        {
            ["text"] = item.Text,
            ["type"] = item.Kind,
            ["signature"] = item.Signature ?? "",
            ["start"] = start,
            ["end"] = end,
        });
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. reply.Items.Select(item => (JsonNode)item.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject { [Types] = new JsonArray([.. types]) },
        };
    }

    /// <summary>What a name is: <c>inspect_request</c>.</summary>
    public async Task<JsonObject> InspectAsync(JsonObject content)
    {
        var code = content.Text("code", "");
        var detail = content.Integer("detail_level") ?? 0;
        var found = await (await language()).InspectAsync(code, Position(content, code), detail, CancellationToken.None);
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = found is not null,
            ["data"] = found is null ? new JsonObject() : OutputPublisher.Data(found),
            ["metadata"] = new JsonObject(),
        };
    }

    /// <summary>Whether code can run or goes on in the next line: <c>is_complete_request</c>.</summary>
    public async Task<JsonObject> IsCompleteAsync(JsonObject content)
    {
        var answer = (await language()).IsComplete(content.Text("code", ""));
        var reply = new JsonObject { ["status"] = answer.Status };
        if (answer.Status == "incomplete")
            reply["indent"] = answer.Indent;
        return reply;
    }

    private static int Position(JsonObject content, string code) => CursorPosition.ToUtf16(code, content.Integer("cursor_pos") ?? int.MaxValue);
}
