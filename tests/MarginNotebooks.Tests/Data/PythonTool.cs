using System.Diagnostics;

namespace MarginNotebooks.Tests.Data;

/// <summary>Runs Debian's Python for comparison with its packages; the test is skipped where they are missing.</summary>
internal static class PythonTool
{
    internal const string Interpreter = "/usr/bin/python3";

    /// <summary>Runs a script and returns what it prints.</summary>
    /// <param name="modules">Debian packages it needs, without the leading <c>python3-</c>; also their module names.</param>
    /// <param name="script">The program.</param>
    /// <param name="arguments">Its <c>sys.argv[1:]</c>.</param>
    public static string Run(string[] modules, string script, params string[] arguments)
    {
        var install = $"apt-get install -y --no-install-recommends {string.Join(' ', modules.Select(module => $"python3-{module}"))}";
        if (!File.Exists(Interpreter))
            Assert.Skip($"{Interpreter} is missing; {install}");
        if (Start("import " + string.Join(',', modules), []).Code != 0)
            Assert.Skip($"A Python package is missing; {install}");
        var (code, output, error) = Start(script, arguments);
        Assert.True(code == 0, $"The comparison script failed:\n{error}");
        return output;
    }

    /// <summary>Runs a script, whatever comes of it.</summary>
    /// <param name="script">The program.</param>
    /// <param name="arguments">Its <c>sys.argv[1:]</c>.</param>
    /// <param name="input">What it reads.</param>
    public static (int Code, string Output, string Error) Start(string script, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
