namespace MarginNotebooks.Training;

/// <summary>The loss or the weights of a run became infinite or NaN; nothing of that state was stored.</summary>
public sealed class NonFiniteLossException : Exception
{
    internal NonFiniteLossException(string message) : base(message) { }
}

/// <summary>
/// A run cannot be continued from what its folder holds: damaged checkpoints, other settings, or another process at work there.
/// </summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string message, Exception? inner = null) : base(message, inner) { }
}
