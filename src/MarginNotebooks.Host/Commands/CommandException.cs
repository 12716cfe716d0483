namespace MarginNotebooks.Host.Commands;

/// <summary>A failure that is fully explained by its message: shown to the user as it is, without a stack trace.</summary>
/// <param name="message">What was wrong, with the value and the file, and what to do.</param>
/// <param name="exitCode">Exit status of the command, <see cref="ExitCodes.Failed"/> unless the usage was wrong.</param>
/// <param name="inner">What caused it.</param>
public sealed class CommandException(string message, int exitCode = ExitCodes.Failed, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Exit status of the command.</summary>
    public int ExitCode { get; } = exitCode;
}
