using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>A notebook file in nbformat 4: read, changed in place, and written as nbformat 4.5.</summary>
/// <remarks>Metadata that this kit does not know is kept. Cells without an id (before 4.5) get one derived from their place and text.</remarks>
public sealed partial class NotebookDocument
{
    private readonly JsonObject _json;
    private readonly List<NotebookCell> _cells = [];

    private NotebookDocument(JsonObject json) => _json = json;

    /// <summary>The cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>The notebook's metadata.</summary>
    public JsonObject Metadata => _json["metadata"]!.AsObject();

    /// <summary>The language the notebook's kernel speaks, as the file says; null when it does not.</summary>
    public string? Language => (string?)Metadata["kernelspec"]?["language"] ?? (string?)Metadata["language_info"]?["name"];

    /// <summary>Reads a notebook file.</summary>
    /// <param name="path">The <c>.ipynb</c> file.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="InvalidDataException">The file is not a notebook in nbformat 4; the message names the file.</exception>
    public static NotebookDocument Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not a notebook that can be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a notebook's text.</summary>
    /// <param name="text">JSON of an nbformat 4 notebook.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="InvalidDataException">The text is JSON, but not a notebook in nbformat 4.</exception>
    public static NotebookDocument Parse(string text)
    {
        if (JsonNode.Parse(text) is not JsonObject json || json["cells"] is not JsonArray cells)
            throw new InvalidDataException("it has no list of cells (nbformat 4 is needed; convert older files with Jupyter)");
        if ((int?)json["nbformat"] is not 4)
            throw new InvalidDataException($"its nbformat is {json["nbformat"]?.ToJsonString() ?? "missing"}, and 4 is needed");
        json["metadata"] ??= new JsonObject();
        var document = new NotebookDocument(json);
        foreach (var (index, cell) in cells.Index())
            document._cells.Add(ReadCell(cell, index));
        document.CompleteIds();
        json["nbformat_minor"] = Math.Max(5, (int?)json["nbformat_minor"] ?? 0);
        return document;
    }

    /// <summary>Writes the notebook whole or not at all.</summary>
    /// <param name="path">Target file.</param>
    public void Save(string path) => WholeFile.WriteText(path, ToString());

    /// <summary>The notebook as Jupyter would write it.</summary>
    /// <returns>JSON with a line end after it.</returns>
    public override string ToString() => JupyterJson.Write(_json);

    /// <summary>Inserts a cell.</summary>
    /// <param name="index">Place of the new cell.</param>
    /// <param name="cell">Cell that belongs to no notebook yet.</param>
    public void Insert(int index, NotebookCell cell)
    {
        _json["cells"]!.AsArray().Insert(index, cell.Json);
        _cells.Insert(index, cell);
        CompleteIds();
    }

    /// <summary>Removes a cell.</summary>
    /// <param name="cell">One of <see cref="Cells"/>.</param>
    public void Remove(NotebookCell cell)
    {
        _json["cells"]!.AsArray().Remove(cell.Json);
        _cells.Remove(cell);
    }

    private static NotebookCell ReadCell(JsonNode? cell, int index)
    {
        try
        {
            return new NotebookCell(cell?.AsObject() ?? throw new InvalidDataException("it is null"));
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException($"cell {index + 1}: {e.Message}", e);
        }
    }

    /// <summary>Gives every cell a valid id of its own; derived from place and text, so that the same file always gets the same ones.</summary>
    private void CompleteIds()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, cell) in _cells.Index())
        {
            for (var attempt = 0; !ValidId().IsMatch(cell.Id) || !taken.Add(cell.Id); attempt++)
            {
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{index}/{attempt}/{cell.Source}"));
                cell.Id = Convert.ToHexStringLower(hash)[..8];
            }
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex ValidId();
}
