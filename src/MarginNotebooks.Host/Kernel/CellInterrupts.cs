using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Interrupts the running cell, and only it: each cell has a request to stop of its own.</summary>
/// <param name="grace">How long the cell may go on before the user is told that it does.</param>
public sealed class CellInterrupts(TimeSpan grace)
{
    private readonly Lock _gate = new();
    private Running? _running;

    /// <summary>A cell starts; from now on <see cref="RunCancellation.Token"/> is its own.</summary>
    /// <param name="stop">The cell's request to stop.</param>
    /// <param name="output">Where the user is told.</param>
    /// <returns>Disposed when the cell has ended.</returns>
    public IDisposable Begin(CancellationTokenSource stop, ICellOutput output)
    {
        var running = new Running(this, stop, output, RunCancellation.Use(stop.Token));
        lock (_gate)
            _running = running;
        return running;
    }

    /// <summary>Asks the running cell to stop; does nothing between cells.</summary>
    public void Interrupt()
    {
        Running? running;
        lock (_gate)
            running = _running;
        if (running is null || running.Stop.IsCancellationRequested)
            return;
        // Off the calling thread: what listens to the token may write files.
        _ = Task.Run(running.Stop.Cancel);
        _ = TellAsync(running);
    }

    private async Task TellAsync(Running running)
    {
        await Task.Delay(grace);
        lock (_gate)
            if (_running == running)
                running.Output.Write(
                    "stderr",
                    "interrupted, but the cell still runs: it ends when its code looks at RunCancellation.Token. "
                    + "Restart the kernel to end it now.\n");
    }

    private void End(Running running)
    {
        lock (_gate)
            if (_running == running)
                _running = null;
    }

    private sealed record Running(CellInterrupts Owner, CancellationTokenSource Stop, ICellOutput Output, IDisposable Published) : IDisposable
    {
        public void Dispose()
        {
            Owner.End(this);
            Published.Dispose();
        }
    }
}
