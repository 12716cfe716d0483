namespace MarginNotebooks.Host.Commands;

/// <summary>What the command's exit status says.</summary>
public static class ExitCodes
{
    /// <summary>The work is done.</summary>
    public const int Success = 0;

    /// <summary>The work was tried and failed; a message said why.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself was wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C (or SIGTERM); what was finished until then has been saved. 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
