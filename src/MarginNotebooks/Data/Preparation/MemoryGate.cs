namespace MarginNotebooks.Data.Preparation;

/// <summary>Lets cases be worked on side by side only as long as they fit into memory together.</summary>
/// <param name="budget">Bytes that all of them may take.</param>
internal sealed class MemoryGate(long budget)
{
    private readonly Lock gate = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Turn)> waiting = new();
    private long taken;

    /// <summary>Waits until there is room, in the order of asking; a case larger than the budget is worked on alone.</summary>
    /// <param name="bytes">What the case will take at most.</param>
    /// <returns>To be disposed when the case is done.</returns>
    public IDisposable Enter(long bytes)
    {
        bytes = Math.Clamp(bytes, 0, budget);
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((bytes, turn));
            Admit();
        }
        turn.Task.Wait();
        return new Place(this, bytes);
    }

    private void Leave(long bytes)
    {
        lock (gate)
        {
            taken -= bytes;
            Admit();
        }
    }

    private void Admit()
    {
        while (waiting.TryPeek(out var first) && (taken == 0 || taken + first.Bytes <= budget))
        {
            waiting.Dequeue();
            taken += first.Bytes;
            first.Turn.SetResult();
        }
    }

    private sealed class Place(MemoryGate gate, long bytes) : IDisposable
    {
        public void Dispose() => gate.Leave(bytes);
    }
}
