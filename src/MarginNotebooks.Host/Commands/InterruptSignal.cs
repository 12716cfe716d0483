using System.Runtime.InteropServices;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Commands;

/// <summary>Turns Ctrl-C and SIGTERM into two requests: stop when you can, and, the second time, stop now.</summary>
/// <remarks>A third signal is left to the system, which ends the process. <see cref="RunCancellation.Token"/> follows <see cref="Stop"/>.</remarks>
public sealed class InterruptSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopNow = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private IDisposable? _published;
    private int _heard;

    private InterruptSignal()
    {
    }

    /// <summary>The signal this process listens to; one that never comes before <see cref="Listen"/>.</summary>
    public static InterruptSignal Current { get; private set; } = new();

    /// <summary>Cancelled by the first Ctrl-C: save and stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second Ctrl-C: do not wait for running code any longer.</summary>
    public CancellationToken StopNow => _stopNow.Token;

    /// <summary>Starts listening.</summary>
    /// <returns>The signal, to be disposed when the command is done.</returns>
    public static InterruptSignal Listen()
    {
        var signal = new InterruptSignal();
        signal._published = RunCancellation.Use(signal.Stop);
        foreach (var kind in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
            signal._registrations.Add(PosixSignalRegistration.Create(kind, signal.Heard));
        return Current = signal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _published?.Dispose();
    }

    private void Heard(PosixSignalContext context)
    {
        var count = Interlocked.Increment(ref _heard);
        context.Cancel = count <= 2;
        // Off the signal thread: callbacks may write files.
        if (count == 1)
            _ = Task.Run(_stop.Cancel);
        else if (count == 2)
            _ = Task.Run(_stopNow.Cancel);
    }
}
