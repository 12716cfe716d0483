using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>Runs a study in processes of its own: one that crashes, or that the system kills, takes nothing with it.</summary>
internal sealed class StudyProcesses(Study study, StudyStore store, IReadOnlyList<string> arguments, int jobs, int threads, StudyConsole console)
{
    private readonly Channel<Action> _said = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, int> _crashes = [];

    /// <summary>Works until every run is finished, has failed or cannot be tried.</summary>
    /// <param name="stop">Asks the processes to save and stop.</param>
    /// <returns>Completes when all processes have ended.</returns>
    public async Task RunAsync(CancellationToken stop)
    {
        var file = store.Freeze(study);
        var processes = Enumerable.Range(0, jobs).Select(_ => WorkAsync(file, stop)).ToList();
        var all = Task.WhenAll(processes).ContinueWith(ended => _said.Writer.Complete(ended.Exception), TaskScheduler.Default);
        // One reader: lines do not run into each other, and nothing needs a lock.
        await foreach (var say in _said.Reader.ReadAllAsync(CancellationToken.None))
            say();
        await all;
    }

    /// <summary>The command that starts this program again.</summary>
    /// <returns>Program and first arguments.</returns>
    public static IReadOnlyList<string> Margin()
    {
        var program = Environment.ProcessPath ?? throw new CommandException("The path of this program is unknown; it cannot start its own processes.");
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [program, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
            : [program];
    }

    private async Task WorkAsync(string file, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (code, run, lastWords) = await OneProcessAsync(file, stop);
            if (code is ExitCodes.Success or ExitCodes.Failed or ExitCodes.Usage or ExitCodes.Interrupted)
                return;
            await CrashedAsync(code, run, lastWords);
            if (run is null)
                return;
        }
    }

    private async Task<(int Code, string? Run, string LastWords)> OneProcessAsync(string file, CancellationToken stop)
    {
        var command = Margin();
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), "study", "work", file, "--store", store.Root, "--events", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "OMP_NUM_THREADS", "MKL_NUM_THREADS" })
            start.Environment[name] = threads.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start) ?? throw new CommandException($"'{command[0]}' cannot be started.");
        using var stopping = stop.Register(process.StandardInput.Close);
        string? run = null;
        var lastWords = new Queue<string>();
        var errors = Task.Run(async () =>
        {
            while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
            {
                lastWords.Enqueue(line);
                if (lastWords.Count > 40)
                    lastWords.Dequeue();
            }
        }, CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (StudyWorkCommand.Read(line) is not { } heard)
                continue;
            run = heard.Kind switch
            {
                StudyEventKind.Started => heard.Run,
                StudyEventKind.Finished or StudyEventKind.Failed => null,
                _ => run,
            };
            await _said.Writer.WriteAsync(() => console.Tell(heard), CancellationToken.None);
        }
        await Task.WhenAll(errors, process.WaitForExitAsync(CancellationToken.None));
        var words = string.Join('\n', lastWords);
        // A run's own failure is recorded; what a process says besides, for example that libtorch is missing, concerns all of them.
        if (process.ExitCode is ExitCodes.Failed or ExitCodes.Usage && words.Length > 0)
            await _said.Writer.WriteAsync(() => console.Tell(new StudyEvent(StudyEventKind.Warning, null, words)), CancellationToken.None);
        return (process.ExitCode, run, words);
    }

    private ValueTask CrashedAsync(int code, string? run, string lastWords)
    {
        var how = $"the process ended with {code}"
            + (code > 128 ? $" (signal {code - 128}{(code == 137 ? "; the system may have run out of memory" : "")})" : "");
        return _said.Writer.WriteAsync(() =>
        {
            if (run is null || study.Runs.FirstOrDefault(item => item.Name == run) is not { } configuration)
            {
                console.Tell(new StudyEvent(StudyEventKind.Warning, null, $"A process stopped before its first run: {how}. {lastWords}"));
                return;
            }
            console.Dropped(run);
            // Once may be bad luck, and the run goes on from its checkpoint. Twice is the run.
            if ((_crashes[run] = _crashes.GetValueOrDefault(run) + 1) == 1)
            {
                console.Tell(new StudyEvent(StudyEventKind.Warning, run, $"{how}; it is started once more."));
                return;
            }
            store.RecordFailure(configuration, $"{how}, twice.", "process", lastWords);
            console.Tell(new StudyEvent(StudyEventKind.Failed, run, $"{how}, twice."));
        });
    }
}
