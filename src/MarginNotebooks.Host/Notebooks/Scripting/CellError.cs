using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>An error of a cell, as it is stored in the notebook and shown in the terminal.</summary>
/// <param name="Name">Kind of error: an exception's type, or <c>CompilationError</c>.</param>
/// <param name="Value">The message.</param>
/// <param name="Line">One-based line of the cell; null when no line of it is to blame.</param>
/// <param name="Traceback">Lines to show: where, what, and the calls that led there.</param>
/// <param name="Exception">The exception behind it, when code was running.</param>
public sealed record CellError(string Name, string Value, int? Line, IReadOnlyList<string> Traceback, Exception? Exception = null)
{
    /// <summary>The error as an output of nbformat 4.</summary>
    /// <returns>An <c>error</c> output.</returns>
    public JsonObject ToOutput() => new()
    {
        ["output_type"] = "error",
        ["ename"] = Name,
        ["evalue"] = Value,
        ["traceback"] = new JsonArray([.. Traceback.Select(line => (JsonNode)line)]),
    };
}
