namespace MarginNotebooks.Runtime;

/// <summary>The request to stop the running program, as the host hears it (Ctrl-C); long work started from a notebook watches it.</summary>
/// <remarks>The library never stops anything by itself: pass <see cref="Token"/> to what takes a cancellation token.</remarks>
public static class RunCancellation
{
    /// <summary>Cancelled when the user asked the program to stop; never cancelled when no host listens.</summary>
    public static CancellationToken Token { get; private set; } = CancellationToken.None;

    /// <summary>Makes a host's token the one that running code watches.</summary>
    /// <param name="token">Token that the host cancels.</param>
    /// <returns>Disposing it brings the previous token back.</returns>
    public static IDisposable Use(CancellationToken token)
    {
        var restore = new Restore(Token);
        Token = token;
        return restore;
    }

    private sealed class Restore(CancellationToken previous) : IDisposable
    {
        public void Dispose() => Token = previous;
    }
}
