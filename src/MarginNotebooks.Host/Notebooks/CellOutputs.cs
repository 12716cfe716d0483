using System.Text;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Collects the outputs of one cell in the order in which they come, from any thread.</summary>
/// <remarks>Writes to one stream that follow each other become one output. A shown value can be replaced also after its cell has ended.</remarks>
public sealed class CellOutputs
{
    private readonly Lock _gate = new();
    private readonly List<object> _items = [];
    private bool _clearAtNext;

    /// <summary>Adds text that was written to a stream.</summary>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">The text.</param>
    public void Write(string stream, string text)
    {
        lock (_gate)
        {
            ClearIfAsked();
            if (_items.LastOrDefault() is not Stream last || last.Name != stream)
                _items.Add(last = new Stream(stream));
            last.Text.Append(text);
        }
    }

    /// <summary>Adds a shown value.</summary>
    /// <param name="bundle">Its forms.</param>
    /// <returns>Replaces it.</returns>
    public Action<MimeBundle> Show(MimeBundle bundle)
    {
        var output = new JsonObject { ["output_type"] = "display_data", ["metadata"] = new JsonObject(), ["data"] = bundle.ToData() };
        Add(output);
        return replacement =>
        {
            lock (_gate)
                output["data"] = replacement.ToData();
        };
    }

    /// <summary>Adds the value of the cell's last expression.</summary>
    /// <param name="bundle">Its forms.</param>
    /// <param name="executionCount">Number of the cell.</param>
    public void Result(MimeBundle bundle, int executionCount) => Add(new JsonObject
    {
        ["output_type"] = "execute_result",
        ["execution_count"] = executionCount,
        ["metadata"] = new JsonObject(),
        ["data"] = bundle.ToData(),
    });

    /// <summary>Adds an output that is complete, such as an error.</summary>
    /// <param name="output">An nbformat 4 output.</param>
    public void Add(JsonObject output)
    {
        lock (_gate)
        {
            ClearIfAsked();
            _items.Add(output);
        }
    }

    /// <summary>Takes away the outputs so far.</summary>
    /// <param name="wait">Only when the next one comes.</param>
    public void Clear(bool wait)
    {
        lock (_gate)
        {
            _clearAtNext = wait;
            if (!wait)
                _items.Clear();
        }
    }

    /// <summary>Stores the outputs; shown values stay connected to their handles.</summary>
    /// <param name="target">The cell's list of outputs, which is emptied first.</param>
    public void StoreIn(JsonArray target)
    {
        lock (_gate)
        {
            target.Clear();
            foreach (var item in _items)
                target.Add(item is Stream stream ? stream.ToOutput() : (JsonObject)item);
        }
    }

    private void ClearIfAsked()
    {
        if (_clearAtNext)
            _items.Clear();
        _clearAtNext = false;
    }

    private sealed class Stream(string name)
    {
        public string Name => name;

        public StringBuilder Text { get; } = new();

        public JsonObject ToOutput() => new()
        {
            ["output_type"] = "stream",
            ["name"] = name,
            ["text"] = MultilineText.Write(StreamText.Settled(Text.ToString())),
        };
    }
}
