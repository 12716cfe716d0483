using System.Text.Json.Nodes;
using System.Threading.Channels;
using MarginNotebooks.Host.Notebooks;

namespace MarginNotebooks.Host.Kernel;

/// <summary>A Jupyter kernel for C#: receives requests, runs them, publishes what they put out.</summary>
/// <remarks>
/// Requests on the shell channel are answered one after the other; those on the control channel at once, also while a cell runs, and the heartbeat
/// never waits. Every request is answered between the states busy and idle. Source: "Messaging in Jupyter", version 5.3 of the protocol.
/// </remarks>
public sealed class JupyterKernel
{
    private static readonly TimeSpan s_interruptGrace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_endGrace = TimeSpan.FromSeconds(2);
    private readonly TextWriter _log;
    private readonly ConnectionFile _file;
    private readonly KernelSockets _sockets;
    private readonly MessageCodec _codec;
    private readonly OutputPublisher _publisher;
    private readonly InputChannel _input;
    private readonly ExecutionHistory _history = new();
    private readonly CellInterrupts _interrupts = new(s_interruptGrace);
    private readonly ExecuteRequests _execute;
    private readonly LanguageRequests _language;
    private readonly Channel<(KernelMessage Message, long Order)> _shell = Channel.CreateUnbounded<(KernelMessage, long)>();
    private readonly Channel<KernelMessage> _control = Channel.CreateUnbounded<KernelMessage>();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CellEngine> _engine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _received;
    private long _dropUpTo;

    /// <summary>Takes the ports of a connection file.</summary>
    /// <param name="file">What it says.</param>
    /// <param name="path">Its name.</param>
    /// <param name="log">Takes lines for the one who looks after the kernel.</param>
    public JupyterKernel(ConnectionFile file, string path, TextWriter log)
    {
        (_file, _log) = (file, log);
        _sockets = new KernelSockets(file, path);
        _codec = new MessageCodec(new MessageSigner(file.Key));
        _publisher = new OutputPublisher(_codec, _sockets.Publish);
        _input = new InputChannel(_codec, _publisher.Flush, _sockets.SendStdin);
        _execute = new ExecuteRequests(() => _engine.Task, _publisher, _input, _interrupts, _history);
        _language = new LanguageRequests(async () => (await _engine.Task).Session.Language);
    }

    /// <summary>Serves until a client asks to shut down or <see cref="End"/> is called.</summary>
    /// <returns>Completes when the last message is sent and the ports are free.</returns>
    public async Task RunAsync()
    {
        _sockets.Start(
            frames => Receive(frames, message => _shell.Writer.TryWrite((message, Interlocked.Increment(ref _received)))),
            frames => Receive(frames, message => _control.Writer.TryWrite(message)),
            frames => Receive(frames, _input.Answer));
        _publisher.Status([], "starting");
        _ = Task.Run(PrepareAsync);
        var serving = Task.WhenAll(Task.Run(ServeShellAsync), Task.Run(ServeControlAsync));
        await _end.Task;
        // The running cell may save its work and answer; what waits behind it is left.
        _shell.Writer.TryComplete();
        _control.Writer.TryComplete();
        Volatile.Write(ref _dropUpTo, long.MaxValue);
        _interrupts.Interrupt();
        await Task.WhenAny(serving, Task.Delay(s_endGrace));
        _publisher.Flush();
        _publisher.Dispose();
        await _sockets.CloseAsync();
    }

    /// <summary>Asks the running cell to stop.</summary>
    public void Interrupt() => _interrupts.Interrupt();

    /// <summary>Asks the kernel to end.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Makes the engine and runs nothing once, so that the compiler is warm when the first cell comes.</summary>
    private async Task PrepareAsync()
    {
        try
        {
            CellEngine? engine = null;
            var idle = new KernelOutput(_publisher, [], () => []);
            engine = new CellEngine(
                Directory.GetCurrentDirectory(),
                idle,
                note => engine!.Current.Write("stdout", note + "\n"),
                new KernelConsoleReader(() => (KernelOutput)engine!.Current));
            await engine.FormatAsync(0, "0", idle, CancellationToken.None);
            _engine.SetResult(engine);
            await engine.Session.Language.WarmUpAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            if (!_engine.TrySetException(e))
                Log($"completion is not warm: {e.Message}");
        }
    }

    private void Receive(IReadOnlyList<byte[]> frames, Action<KernelMessage> take)
    {
        try
        {
            take(_codec.Decode(frames));
        }
        catch (Exception e)
        {
            Log($"dropped a message: {e.Message}");
        }
    }

    private async Task ServeShellAsync()
    {
        await foreach (var (message, order) in _shell.Reader.ReadAllAsync())
        {
            var dropped = message.Type == "execute_request" && order <= Volatile.Read(ref _dropUpTo);
            await HandleAsync(message, _sockets.SendShell, dropped);
        }
    }

    private async Task ServeControlAsync()
    {
        await foreach (var message in _control.Reader.ReadAllAsync())
            await HandleAsync(message, _sockets.SendControl, dropped: false);
    }

    private async Task HandleAsync(KernelMessage request, Action<IReadOnlyList<byte[]>> send, bool dropped)
    {
        _publisher.Status(request.Header, "busy");
        try
        {
            var started = DateTime.UtcNow;
            var drop = false;
            JsonObject? reply;
            if (dropped)
                reply = _execute.Aborted();
            else if (request.Type == "execute_request")
                (reply, drop) = await _execute.RunAsync(request);
            else
                reply = await AnswerAsync(request);
            if (reply is not null)
                Reply(request, send, reply, started);
            if (drop)
                Volatile.Write(ref _dropUpTo, Math.Max(Volatile.Read(ref _dropUpTo), Volatile.Read(ref _received)));
        }
        catch (Exception e)
        {
            Log($"{request.Type} failed: {e}");
            Reply(request, send, new JsonObject
            {
                ["status"] = "error",
                ["ename"] = e.GetType().Name,
                ["evalue"] = e.Message,
                ["traceback"] = new JsonArray($"the kernel could not answer this {request.Type}: {e.Message}"),
            }, DateTime.UtcNow);
        }
        _publisher.Status(request.Header, "idle");
        if (request.Type == "shutdown_request")
            End();
    }

    private async Task<JsonObject?> AnswerAsync(KernelMessage request)
    {
        var content = request.Content;
        switch (request.Type)
        {
            case "kernel_info_request":
                return LanguageInfo.Reply();
            case "complete_request":
                return await _language.CompleteAsync(content);
            case "inspect_request":
                return await _language.InspectAsync(content);
            case "is_complete_request":
                return await _language.IsCompleteAsync(content);
            case "history_request":
                return _history.Reply(content);
            case "interrupt_request":
                Interrupt();
                return Ok();
            case "shutdown_request":
                var reply = Ok();
                reply["restart"] = content.Flag("restart", false);
                _publisher.Publish(request.Header, "shutdown_reply", reply.DeepClone().AsObject());
                return reply;
            case "connect_request":
                return Ports();
            case "comm_info_request":
                var none = Ok();
                none["comms"] = new JsonObject();
                return none;
            case "comm_open":
                // No target is known here: the protocol wants the comm closed again.
                var closed = new JsonObject { ["comm_id"] = (string?)content["comm_id"], ["data"] = new JsonObject() };
                _publisher.Publish(request.Header, "comm_close", closed);
                return null;
            case "comm_msg" or "comm_close":
                return null;
            default:
                Log($"no answer to a message of type '{request.Type}'");
                return null;
        }
    }

    private JsonObject Ports()
    {
        var reply = Ok();
        (reply["shell_port"], reply["iopub_port"], reply["stdin_port"]) = (_file.ShellPort, _file.IopubPort, _file.StdinPort);
        (reply["hb_port"], reply["control_port"]) = (_file.HeartbeatPort, _file.ControlPort);
        return reply;
    }

    private static JsonObject Ok() => new() { ["status"] = "ok" };

    private void Reply(KernelMessage request, Action<IReadOnlyList<byte[]>> send, JsonObject content, DateTime started)
    {
        const string suffix = "_request";
        if (!request.Type.EndsWith(suffix, StringComparison.Ordinal))
            return;
        // Outputs leave before the reply that says they are complete.
        _publisher.Flush();
        var metadata = new JsonObject { ["started"] = started.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"), ["status"] = (string?)content["status"] };
        send(_codec.Encode(request.Identities, request.Header, $"{request.Type[..^suffix.Length]}_reply", content, metadata));
    }

    private void Log(string message) => _log.WriteLine($"margin kernel: {message}");
}
