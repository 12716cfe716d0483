using System.Text;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Takes over the console of the running program: what code writes goes to a listener, what it reads is given.</summary>
public sealed class CapturedConsole : IDisposable
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly TextReader _in = Console.In;

    /// <summary>Takes the console until disposed.</summary>
    /// <param name="listener">Called with the stream's name (<c>stdout</c>, <c>stderr</c>) and the text.</param>
    /// <param name="input">What code reads; null for nothing.</param>
    public CapturedConsole(Action<string, string> listener, TextReader? input = null)
    {
        Console.SetOut(new Writer(text => listener("stdout", text)));
        Console.SetError(new Writer(text => listener("stderr", text)));
        Console.SetIn(input ?? TextReader.Null);
    }

    /// <summary>The terminal's own standard output.</summary>
    public TextWriter Out => _out;

    /// <summary>The terminal's own standard error.</summary>
    public TextWriter Error => _error;

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
        Console.SetIn(_in);
    }

    private sealed class Writer(Action<string> write) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => write(new string(buffer));

        public override void Write(string? value)
        {
            if (!string.IsNullOrEmpty(value))
                write(value);
        }

        // The base class would write text and line end one after the other, and another thread could come between.
        public override void WriteLine(string? value) => write(value + NewLine);
    }
}
