using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Kernel;

/// <summary>What was run since the kernel started, for <c>history_request</c>. Earlier sessions are not kept.</summary>
public sealed class ExecutionHistory
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Adds a request.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="code">Its code.</param>
    public void Add(int line, string code)
    {
        lock (_gate)
            _entries.Add(new Entry(line, code));
    }

    /// <summary>Adds the value of a request.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="text">The value as text.</param>
    public void SetOutput(int line, string? text)
    {
        lock (_gate)
        {
            var at = _entries.FindLastIndex(entry => entry.Line == line);
            if (at >= 0)
                _entries[at] = _entries[at] with { Output = text };
        }
    }

    /// <summary>Answers a request.</summary>
    /// <param name="content">Contents of the <c>history_request</c>: <c>range</c> (start to stop, stop excluded), <c>tail</c> (the last n) or
    /// <c>search</c> (a pattern with <c>*</c> and <c>?</c>, the last n).</param>
    /// <returns>Contents of the reply: session 0, line and input, with <c>output</c> also the value.</returns>
    public JsonObject Reply(JsonObject content)
    {
        var withOutput = content.Flag("output", false);
        var found = Select(content).Select(entry => (JsonNode)new JsonArray(
            0,
            entry.Line,
            withOutput ? new JsonArray(entry.Code, entry.Output) : entry.Code));
        return new JsonObject { ["status"] = "ok", ["history"] = new JsonArray([.. found]) };
    }

    private List<Entry> Select(JsonObject content)
    {
        List<Entry> all;
        lock (_gate)
            all = [.. _entries];
        var n = content.Integer("n") ?? int.MaxValue;
        switch (content.Text("hist_access_type", "tail"))
        {
            case "range":
                if ((content.Integer("session") ?? 0) != 0)
                    return [];
                var (start, stop) = (content.Integer("start") ?? 0, content.Integer("stop") ?? int.MaxValue);
                return [.. all.Where(entry => entry.Line >= start && entry.Line < stop)];
            case "search":
                var pattern = content.Text("pattern", "*");
                var matches = all.Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Code, ignoreCase: false)).ToList();
                if (content.Flag("unique", false))
                    matches = [.. matches.GroupBy(entry => entry.Code).Select(same => same.Last()).OrderBy(entry => entry.Line)];
                return [.. matches.TakeLast(n)];
            default:
                return [.. all.TakeLast(n)];
        }
    }

    private sealed record Entry(int Line, string Code, string? Output = null);
}
