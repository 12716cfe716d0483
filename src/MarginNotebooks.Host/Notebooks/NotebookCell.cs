using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>One cell of a notebook: a view on its JSON, in which everything not named here is left as it is.</summary>
public sealed class NotebookCell
{
    /// <summary>Views a cell's JSON.</summary>
    /// <param name="json">The cell object of a notebook.</param>
    /// <exception cref="InvalidDataException">The cell's type is not one of the format's.</exception>
    public NotebookCell(JsonObject json)
    {
        Json = json;
        Kind = (string?)json["cell_type"] switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            var other => throw new InvalidDataException($"unknown cell_type '{other}'"),
        };
        json["metadata"] ??= new JsonObject();
        if (Kind == CellKind.Code)
        {
            json["outputs"] ??= new JsonArray();
            json.TryAdd("execution_count", null);
        }
    }

    /// <summary>The cell's JSON.</summary>
    public JsonObject Json { get; }

    /// <summary>What the cell holds.</summary>
    public CellKind Kind { get; }

    /// <summary>Identity of the cell, unique in its notebook.</summary>
    public string Id
    {
        get => (string?)Json["id"] ?? "";
        set => Json["id"] = value;
    }

    /// <summary>The text as typed.</summary>
    public string Source
    {
        get => MultilineText.Read(Json["source"]);
        set => Json["source"] = MultilineText.Write(value);
    }

    /// <summary>The cell's metadata.</summary>
    public JsonObject Metadata => Json["metadata"]!.AsObject();

    /// <summary>Tags, for example <c>parameters</c>.</summary>
    public IReadOnlyList<string> Tags => Metadata["tags"] is JsonArray tags ? [.. tags.Select(tag => (string?)tag ?? "")] : [];

    /// <summary>Stored outputs of a code cell.</summary>
    public JsonArray Outputs => Json["outputs"]!.AsArray();

    /// <summary>The number in brackets beside a code cell that was run; null when it was not.</summary>
    public int? ExecutionCount
    {
        get => (int?)Json["execution_count"];
        set => Json["execution_count"] = value;
    }

    /// <summary>The language a code cell says it is written in; null when it says nothing.</summary>
    /// <remarks>Polyglot front ends mark the cells that are not in the notebook's own language.</remarks>
    public string? Language =>
        (string?)Metadata["vscode"]?["languageId"]
        ?? (string?)Metadata["polyglot_notebook"]?["kernelName"]
        ?? (string?)Metadata["dotnet_interactive"]?["language"];

    /// <summary>Whether the cell carries a tag.</summary>
    /// <param name="tag">Tag, compared exactly.</param>
    /// <returns>True when it does.</returns>
    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.Ordinal);

    /// <summary>A new code cell.</summary>
    /// <param name="id">Identity, unique in the notebook.</param>
    /// <param name="source">C# text.</param>
    /// <param name="tags">Tags.</param>
    /// <returns>The cell, not yet part of a notebook.</returns>
    public static NotebookCell Code(string id, string source, params string[] tags)
    {
        var metadata = new JsonObject();
        if (tags.Length > 0)
            metadata["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        return new NotebookCell(new JsonObject
        {
            ["cell_type"] = "code",
            ["id"] = id,
            ["metadata"] = metadata,
            ["source"] = MultilineText.Write(source),
        });
    }
}
