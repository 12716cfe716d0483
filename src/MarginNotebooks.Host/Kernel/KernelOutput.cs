using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Publishes what one request's code puts out as belonging to that request.</summary>
/// <param name="publisher">Publishes.</param>
/// <param name="parent">Header of the request.</param>
/// <param name="updateParent">Header of the request whose code is calling: it, not the one that showed a value, replaces it.</param>
/// <param name="silent">Whether the client wants to see nothing.</param>
public sealed class KernelOutput(OutputPublisher publisher, byte[] parent, Func<byte[]> updateParent, bool silent = false) : ICellOutput
{
    /// <summary>Header of the request.</summary>
    public byte[] Parent => parent;

    /// <summary>The value of the last expression as text; null when it had none.</summary>
    public string? ResultText { get; private set; }

    /// <summary>How its code reads from the console; null when no request runs.</summary>
    public InputSource? Input { get; init; }

    /// <summary>Which outputs bring plotly.js; null to bring it with every chart.</summary>
    public PlotlyDelivery? Plotly { get; init; }

    /// <inheritdoc/>
    public void Write(string stream, string text)
    {
        if (!silent)
            publisher.Write(parent, stream, text);
    }

    /// <inheritdoc/>
    public Action<MimeBundle> Show(MimeBundle bundle)
    {
        var id = Guid.NewGuid().ToString("N");
        Publish(parent, "display_data", bundle, id);
        return replacement => Publish(updateParent(), "update_display_data", replacement, id);
    }

    /// <inheritdoc/>
    public void Result(MimeBundle bundle, int number)
    {
        ResultText = bundle.Text;
        if (!silent)
            publisher.Publish(parent, "execute_result", new JsonObject
            {
                ["execution_count"] = number,
                ["data"] = OutputPublisher.Data(Plotly?.Prepare(bundle) ?? bundle),
                ["metadata"] = new JsonObject(),
            });
    }

    /// <inheritdoc/>
    public void Clear(bool wait)
    {
        if (silent)
            return;
        Plotly?.OutputCleared();
        publisher.Publish(parent, "clear_output", new JsonObject { ["wait"] = wait });
    }

    private void Publish(byte[] by, string type, MimeBundle bundle, string id)
    {
        if (!silent)
            publisher.Publish(by, type, new JsonObject
            {
                ["data"] = OutputPublisher.Data(Plotly?.Prepare(bundle, id) ?? bundle),
                ["metadata"] = new JsonObject(),
                ["transient"] = new JsonObject { ["display_id"] = id },
            });
    }
}
