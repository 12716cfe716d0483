namespace MarginNotebooks.Host.Kernel;

/// <summary>What <c>Console.In</c> is in a kernel: each line is asked of the client whose code reads it.</summary>
/// <param name="current">The output of the calling code.</param>
public sealed class KernelConsoleReader(Func<KernelOutput> current) : TextReader
{
    private KernelOutput? _owner;
    private string _rest = "";

    /// <inheritdoc/>
    public override string? ReadLine()
    {
        if (Rest(current()) is { Length: > 0 } rest)
        {
            _rest = "";
            return rest.TrimEnd('\n');
        }
        return Source().ReadLine();
    }

    /// <summary>The next character; a line is asked for when none waits.</summary>
    /// <returns>The character.</returns>
    public override int Read()
    {
        if (Rest(current()).Length == 0)
            _rest = Source().ReadLine() + "\n";
        var next = _rest[0];
        _rest = _rest[1..];
        return next;
    }

    /// <summary>The next character of a line that was already asked for.</summary>
    /// <returns>The character; −1 when none waits.</returns>
    public override int Peek() => Rest(current()) is { Length: > 0 } rest ? rest[0] : -1;

    /// <summary>One line: a client's input has no end of its own.</summary>
    /// <returns>The line.</returns>
    public override string ReadToEnd() => ReadLine() ?? "";

    /// <summary>What another cell left unread is not this one's.</summary>
    private string Rest(KernelOutput output)
    {
        if (_owner != output)
            (_owner, _rest) = (output, "");
        return _rest;
    }

    private InputSource Source() => current().Input ?? throw new InvalidOperationException("no cell runs that could ask for input.");
}
