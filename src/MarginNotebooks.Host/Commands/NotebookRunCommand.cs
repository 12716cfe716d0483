using System.CommandLine;
using System.CommandLine.Parsing;
using MarginNotebooks.Host.Notebooks;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin notebook run</c>: executes a notebook in this process.</summary>
public static class NotebookRunCommand
{
    private const string Description =
        "Execute a C# notebook from top to bottom.\n\n"
        + "The current directory is the notebook's folder while it runs. If a cell fails, the notebook up to there is still written and the exit "
        + "status is 1; Ctrl-C stops the run, writes what there is, and exits with 130. Without --output, --in-place or --html nothing is written.";

    /// <summary>Describes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var notebook = new Argument<FileInfo>("NOTEBOOK") { Description = "The .ipynb file to execute." }.AcceptExistingOnly();
        var parameters = new Option<Parameter[]>("--parameter", "-p")
        {
            Description = "Set a parameter that the notebook's cell tagged 'parameters' declares: NAME=VALUE. Repeatable.",
            HelpName = "NAME=VALUE",
            CustomParser = ParseParameters,
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<FileInfo>("--output", "-o") { Description = "Where to write the executed notebook.", HelpName = "OUT.ipynb" };
        var inPlace = new Option<bool>("--in-place") { Description = "Write the executed notebook over the given one." };
        var html = new Option<FileInfo>("--html") { Description = "Where to write the page: one file that needs no network.", HelpName = "OUT.html" };
        var quick = new Option<bool>("--quick") { Description = "Smallest meaningful size: sets MARGIN_QUICK=1 for the notebook." };
        var command = new Command("run", Description) { notebook, parameters, output, inPlace, html, quick };
        command.Validators.Add(result =>
        {
            if (result.GetResult(output) is not null && result.GetValue(inPlace))
                result.AddError("--output and --in-place exclude each other.");
        });
        command.SetAction((parsed, stop) =>
        {
            var file = parsed.GetRequiredValue(notebook);
            return RunAsync(
                new NotebookRun
                {
                    Path = file.FullName,
                    Parameters = parsed.GetValue(parameters) ?? [],
                    Output = parsed.GetValue(inPlace) ? file.FullName : parsed.GetValue(output)?.FullName,
                    Html = parsed.GetValue(html)?.FullName,
                },
                parsed.GetValue(quick),
                stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(NotebookRun run, bool quick, CancellationToken stop)
    {
        if (quick)
            Environment.SetEnvironmentVariable("MARGIN_QUICK", "1");
        var (messages, interactive) = (Console.Error, !Console.IsErrorRedirected);
        var reporter = new TerminalReporter(Console.Out, messages, interactive, interactive ? Console.WindowWidth : 0);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var end = await new NotebookRunner(reporter, stop, InterruptSignal.Current.StopNow).RunAsync(run);
        foreach (var written in new[] { run.Output, run.Html }.OfType<string>())
            messages.WriteLine($"wrote {written}");
        messages.WriteLine($"{Path.GetFileName(run.Path)} {Word(end)} after {clock.Elapsed.TotalSeconds:F1} s");
        return end switch
        {
            RunEnd.Completed => ExitCodes.Success,
            RunEnd.Interrupted => ExitCodes.Interrupted,
            _ => ExitCodes.Failed,
        };
    }

    private static string Word(RunEnd end) => end switch
    {
        RunEnd.Completed => "ran to its end",
        RunEnd.Interrupted => "was stopped",
        _ => "failed",
    };

    private static Parameter[]? ParseParameters(ArgumentResult result)
    {
        List<Parameter> parameters = [];
        foreach (var token in result.Tokens)
        {
            if (Parameter.TryParse(token.Value) is { } parameter)
                parameters.Add(parameter);
            else
            {
                result.AddError($"'{token.Value}' is not a parameter: write NAME=VALUE, with a C# identifier as name.");
                return null;
            }
        }
        return [.. parameters];
    }
}
