namespace MarginNotebooks.Runtime;

/// <summary>libtorch could not be loaded; the message is one sentence that says what to install or set.</summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is missing and what to do about it.</param>
    /// <param name="inner">The loader's own error, when there is one.</param>
    public TorchUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
