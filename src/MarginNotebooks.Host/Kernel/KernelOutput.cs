using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Publishes what one request's code puts out as belonging to that request.</summary>
/// <param name="publisher">Publishes.</param>
/// <param name="parent">Header of the request.</param>
public sealed class KernelOutput(OutputPublisher publisher, byte[] parent) : ICellOutput
{
    /// <summary>Header of the request.</summary>
    public byte[] Parent => parent;

    /// <summary>Whether the client wants to see nothing.</summary>
    public bool Silent { get; init; }

    /// <summary>Header of the request whose code is calling: it, not the one that showed a value, replaces it.</summary>
    public Func<byte[]> UpdateParent { get; init; } = () => parent;

    /// <summary>Decides which charts bring their script.</summary>
    public PlotlyDelivery? Charts { get; init; }

    /// <summary>How its code reads from the console; null when no request runs.</summary>
    public InputSource? Input { get; init; }

    /// <summary>The value of the last expression as text; null when it had none.</summary>
    public string? ResultText { get; private set; }

    /// <summary>Whether one of the outputs is a chart that brought no picture of itself.</summary>
    public bool HasChartWithoutPicture { get; private set; }

    /// <inheritdoc/>
    public void Write(string stream, string text)
    {
        if (!Silent)
            publisher.Write(parent, stream, text);
    }

    /// <inheritdoc/>
    public Action<MimeBundle> Show(MimeBundle bundle)
    {
        var id = Guid.NewGuid().ToString("N");
        Publish(parent, "display_data", bundle, id);
        return replacement => Publish(UpdateParent(), "update_display_data", replacement, id);
    }

    /// <inheritdoc/>
    public void Result(MimeBundle bundle, int number)
    {
        ResultText = bundle.Text;
        if (!Silent)
            publisher.Publish(parent, "execute_result", new JsonObject
            {
                ["execution_count"] = number,
                ["data"] = Data(bundle, id: null),
                ["metadata"] = new JsonObject(),
            });
    }

    /// <inheritdoc/>
    public void Clear(bool wait)
    {
        if (Silent)
            return;
        Charts?.OutputCleared();
        publisher.Publish(parent, "clear_output", new JsonObject { ["wait"] = wait });
    }

    private void Publish(byte[] by, string type, MimeBundle bundle, string id)
    {
        if (!Silent)
            publisher.Publish(by, type, new JsonObject
            {
                ["data"] = Data(bundle, id),
                ["metadata"] = new JsonObject(),
                ["transient"] = new JsonObject { ["display_id"] = id },
            });
    }

    private JsonObject Data(MimeBundle bundle, string? id)
    {
        var data = OutputPublisher.Data(Charts?.Prepare(bundle, id) ?? bundle);
        HasChartWithoutPicture |= data.ContainsKey(MimeBundle.Plotly) && !data.ContainsKey("image/png");
        return data;
    }
}
