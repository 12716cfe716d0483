using System.Diagnostics;
using System.Text.Json;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>
/// A Python script of the folder <c>python</c> that stays alive and answers one JSON line for each line it is sent, so that it can be timed in
/// turn with the kit.
/// </summary>
/// <remarks>
/// The script prints one line when it is ready (its versions and threads), then reads requests from standard input. It times itself: the time to
/// start Python and to pass data to it never counts.
/// </remarks>
public sealed class Python : IDisposable
{
    /// <summary>Debian's interpreter; <c>MARGIN_PYTHON</c> names another, for example one with a CUDA build of PyTorch.</summary>
    public static string Interpreter => Environment.GetEnvironmentVariable("MARGIN_PYTHON") is { Length: > 0 } named ? named : "/usr/bin/python3";

    private readonly Process process;
    private readonly Task<string> errors;

    private Python(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What the script said when it was ready.</summary>
    public JsonElement Hello { get; private set; }

    /// <summary>Starts a script and waits until it is ready.</summary>
    /// <param name="context">Threads.</param>
    /// <param name="script">File name in the folder <c>python</c>.</param>
    /// <param name="packages">Debian packages that it needs, for the message when they are missing.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="NotAvailableException">Python or a package is missing.</exception>
    public static Python Start(RowContext context, string script, string packages, params IEnumerable<string> arguments)
    {
        var install = $"apt-get install -y --no-install-recommends {packages}, or name another interpreter in MARGIN_PYTHON";
        if (!File.Exists(Interpreter))
            throw new NotAvailableException($"{Interpreter} is missing: {install}.");
        var start = context.Start(Interpreter, [Path.Combine(AppContext.BaseDirectory, "python", script), .. arguments]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        var python = new Python(Process.Start(start)!);
        try
        {
            python.Hello = python.Answer();
            if (python.Hello.TryGetProperty("missing", out var missing))
                throw new NotAvailableException($"{missing.GetString()}: {install}.");
            return python;
        }
        catch
        {
            python.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and waits for the answer.</summary>
    /// <param name="request">An object that is sent as one line of JSON.</param>
    /// <returns>The answer.</returns>
    public JsonElement Ask(object request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        return Answer();
    }

    /// <summary>Asks and takes the milliseconds that the script measured.</summary>
    public double Milliseconds(object request) => Ask(request).GetProperty("ms").GetDouble();

    /// <summary>Versions that the script named when it was ready.</summary>
    public Dictionary<string, string> Versions => Hello.TryGetProperty("versions", out var versions)
        ? versions.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "")
        : [];

    /// <summary>Ends the script.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
                process.Kill();
        }
        process.Dispose();
    }

    private JsonElement Answer()
    {
        if (process.StandardOutput.ReadLine() is not { } line)
            throw new InvalidOperationException($"The script ended without an answer:\n{errors.Result}");
        var answer = JsonSerializer.Deserialize<JsonElement>(line);
        return answer.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"The script reports: {error.GetString()}")
            : answer;
    }
}
