using MarginNotebooks.Host.Commands;
using NetMQ;
using NetMQ.Sockets;

namespace MarginNotebooks.Host.Kernel;

/// <summary>The five sockets of a kernel. One thread owns four of them and never runs a user's code; the heartbeat has its own.</summary>
/// <remarks>Queues have no limit: an output is late rather than lost.</remarks>
public sealed class KernelSockets
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);
    private readonly RouterSocket _shell = new();
    private readonly RouterSocket _control = new();
    private readonly RouterSocket _stdin = new();
    private readonly PublisherSocket _iopub = new();
    private readonly RouterSocket _heartbeat = new();
    private readonly NetMQQueue<(NetMQSocket Socket, IReadOnlyList<byte[]> Frames)> _outgoing = new();
    private readonly NetMQQueue<TaskCompletionSource> _closing = new();
    private readonly NetMQPoller _poller = [];
    private readonly NetMQPoller _heart = [];

    /// <summary>Takes the ports; nothing is received before <see cref="Start"/>.</summary>
    /// <param name="file">Addresses.</param>
    /// <param name="path">Name of the connection file, for messages.</param>
    /// <exception cref="CommandException">A port cannot be had; the message names it.</exception>
    public KernelSockets(ConnectionFile file, string path)
    {
        foreach (var (socket, name, port) in new (NetMQSocket, string, int)[]
        {
            (_shell, "shell_port", file.ShellPort), (_control, "control_port", file.ControlPort), (_stdin, "stdin_port", file.StdinPort),
            (_iopub, "iopub_port", file.IopubPort), (_heartbeat, "hb_port", file.HeartbeatPort),
        })
        {
            (socket.Options.SendHighWatermark, socket.Options.ReceiveHighWatermark, socket.Options.Linger) = (0, 0, s_linger);
            // A client that comes back with its old identity takes its place again.
            if (socket is RouterSocket router)
                router.Options.RouterHandover = true;
            try
            {
                socket.Bind(file.Address(port));
            }
            catch (Exception e) when (e is NetMQException or System.Net.Sockets.SocketException)
            {
                throw new CommandException($"connection file '{path}': {name} {port} of {file.Ip} cannot be used: {e.Message}", inner: e);
            }
        }
    }

    /// <summary>Starts to receive. The listeners are called on the sockets' thread and must not wait for anything.</summary>
    /// <param name="shell">Takes requests.</param>
    /// <param name="control">Takes requests that must not wait.</param>
    /// <param name="stdin">Takes input.</param>
    public void Start(Action<IReadOnlyList<byte[]>> shell, Action<IReadOnlyList<byte[]>> control, Action<IReadOnlyList<byte[]>> stdin)
    {
        _shell.ReceiveReady += (_, ready) => Receive(ready.Socket, shell);
        _control.ReceiveReady += (_, ready) => Receive(ready.Socket, control);
        _stdin.ReceiveReady += (_, ready) => Receive(ready.Socket, stdin);
        _heartbeat.ReceiveReady += (_, ready) => Receive(ready.Socket, frames => Send(ready.Socket, frames));
        _outgoing.ReceiveReady += (_, ready) =>
        {
            while (ready.Queue.TryDequeue(out var item, TimeSpan.Zero))
                Send(item.Socket, item.Frames);
        };
        _closing.ReceiveReady += (_, ready) =>
        {
            while (_outgoing.TryDequeue(out var item, TimeSpan.Zero))
                Send(item.Socket, item.Frames);
            if (ready.Queue.TryDequeue(out var sent, TimeSpan.Zero))
                sent!.SetResult();
        };
        foreach (var socket in new[] { _shell, _control, _stdin })
            _poller.Add(socket);
        _poller.Add(_outgoing);
        _poller.Add(_closing);
        _heart.Add(_heartbeat);
        _poller.RunAsync("kernel sockets", isBackgroundThread: true);
        _heart.RunAsync("kernel heartbeat", isBackgroundThread: true);
    }

    /// <summary>Sends on the shell channel; callable from any thread, like the others.</summary>
    /// <param name="frames">Frames of a message.</param>
    public void SendShell(IReadOnlyList<byte[]> frames) => _outgoing.Enqueue((_shell, frames));

    /// <summary>Sends on the control channel.</summary>
    /// <param name="frames">Frames of a message.</param>
    public void SendControl(IReadOnlyList<byte[]> frames) => _outgoing.Enqueue((_control, frames));

    /// <summary>Sends on the input channel.</summary>
    /// <param name="frames">Frames of a message.</param>
    public void SendStdin(IReadOnlyList<byte[]> frames) => _outgoing.Enqueue((_stdin, frames));

    /// <summary>Publishes an output.</summary>
    /// <param name="frames">Frames of a message, first its topic.</param>
    public void Publish(IReadOnlyList<byte[]> frames) => _outgoing.Enqueue((_iopub, frames));

    /// <summary>Sends what is waiting and closes the sockets; ends at the latest after two seconds, whatever the clients do.</summary>
    /// <returns>Completes when it is done.</returns>
    public async Task CloseAsync()
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _closing.Enqueue(sent);
        await Task.WhenAny(sent.Task, Task.Delay(s_linger));
        _poller.Stop();
        _heart.Stop();
        foreach (var owned in new IDisposable[] { _poller, _heart, _shell, _control, _stdin, _iopub, _heartbeat, _outgoing, _closing })
            owned.Dispose();
        await Task.WhenAny(Task.Run(() => NetMQConfig.Cleanup(block: true)), Task.Delay(s_linger));
    }

    private static void Receive(NetMQSocket socket, Action<IReadOnlyList<byte[]>> listener)
    {
        List<byte[]> frames = [];
        // A few at a time, so that no channel starves the others.
        for (var i = 0; i < 100 && socket.TryReceiveMultipartBytes(ref frames!); i++)
            listener([.. frames]);
    }

    private static void Send(NetMQSocket socket, IReadOnlyList<byte[]> frames) => socket.SendMultipartBytes(frames);
}
