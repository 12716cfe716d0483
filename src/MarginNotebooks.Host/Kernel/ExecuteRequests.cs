using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Runs the code of <c>execute_request</c>s, one after the other.</summary>
/// <param name="engine">Runs cells.</param>
/// <param name="publisher">Publishes what they put out.</param>
/// <param name="input">Asks for what they read.</param>
/// <param name="interrupts">Stops them.</param>
/// <param name="history">Remembers them.</param>
internal sealed class ExecuteRequests(
    Func<Task<CellEngine>> engine,
    OutputPublisher publisher,
    InputChannel input,
    CellInterrupts interrupts,
    ExecutionHistory history)
{
    private readonly PlotlyDelivery _plotly = new();
    private int _count;

    /// <summary>Runs a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Contents of the reply, and whether the requests that wait behind it are to be dropped.</returns>
    public async Task<(JsonObject Reply, bool DropWaiting)> RunAsync(KernelMessage request)
    {
        var content = request.Content;
        var code = content.Text("code", "");
        var silent = content.Flag("silent", false);
        var blank = string.IsNullOrWhiteSpace(code);
        var stored = !silent && !blank && content.Flag("store_history", true);
        var number = _count + 1;
        if (stored)
        {
            _count = number;
            history.Add(number, code);
        }
        if (!silent)
            publisher.Publish(request.Header, "execute_input", new JsonObject { ["code"] = code, ["execution_count"] = number });
        if (!silent && !blank)
            _plotly.CellStarted(request.CellId ?? code);
        // Never disposed: threads that outlive the cell may still look at it.
        var stop = new CancellationTokenSource();
        CellEngine? cells = null;
        var output = new KernelOutput(publisher, request.Header, () => ((KernelOutput)cells!.Current).Parent, silent)
        {
            Input = new InputSource(input, request, content.Flag("allow_stdin", true), stop.Token),
            Plotly = _plotly,
        };
        using var running = interrupts.Begin(stop, output);
        cells = await engine();
        var error = blank ? null : await cells.RunAsync(number, code, output, stop.Token);
        if (stored)
            history.SetOutput(number, output.ResultText);
        if (error is not null)
        {
            if (!silent)
                publisher.Publish(request.Header, "error", Describe(error));
            return (Failed(error, number), content.Flag("stop_on_error", true));
        }
        return (new JsonObject
        {
            ["status"] = "ok",
            ["execution_count"] = number,
            ["user_expressions"] = await EvaluateAsync(cells, content, number, output, stop.Token),
            ["payload"] = new JsonArray(),
        }, false);
    }

    /// <summary>The reply to a request that is dropped because one before it failed.</summary>
    /// <returns>Its contents.</returns>
    public JsonObject Aborted() => new() { ["status"] = "aborted", ["execution_count"] = _count };

    private static async Task<JsonObject> EvaluateAsync(CellEngine cells, JsonObject content, int number, ICellOutput output, CancellationToken stop)
    {
        var values = new JsonObject();
        if (content["user_expressions"] is not JsonObject expressions)
            return values;
        foreach (var (name, expression) in expressions)
        {
            var (value, error) = await cells.FormatAsync(number, (string?)expression ?? "", output, stop);
            values[name] = error is not null
                ? Failed(error)
                : new JsonObject
                {
                    ["status"] = "ok",
                    ["data"] = value is null ? new JsonObject { ["text/plain"] = "null" } : OutputPublisher.Data(value),
                    ["metadata"] = new JsonObject(),
                };
        }
        return values;
    }

    private static JsonObject Failed(CellError error, int? number = null)
    {
        var reply = Describe(error);
        reply["status"] = "error";
        if (number is { } count)
        {
            reply["execution_count"] = count;
            reply["user_expressions"] = new JsonObject();
            reply["payload"] = new JsonArray();
        }
        return reply;
    }

    private static JsonObject Describe(CellError error)
    {
        var output = error.ToOutput();
        output.Remove("output_type");
        return output;
    }
}
