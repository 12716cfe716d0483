using System.CommandLine;
using System.Globalization;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study run</c>: makes the runs of a study that are not finished, then its tables.</summary>
public static class StudyRunCommand
{
    // Networks this small gain more from processes than from threads; each takes about 350 MB.
    private const int MostQuickJobs = 4;

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var settings = new StudyRunSettings();
        var jobs = new Option<int?>("--jobs", "-j") { Description = "Runs at a time, each in a process; they share the cores, or the GPU. 1 by default, at the quick scale as many as cores, but 4 at most." };
        var threads = new Option<int?>("--threads") { Description = "Threads of each process; OMP_NUM_THREADS or the cores, divided by --jobs, by default." };
        var retry = new Option<bool>("--retry-failed") { Description = "Try runs again that failed before." };
        var adopt = new Option<string?>("--adopt") { Description = "Take finished runs from this folder of results (for example notebooks/results) instead of training them." };
        var output = StudyTableCommand.OutputOption();
        var command = new Command("run", "Make the runs of a study that are not finished, then its tables. Started again, it goes on where it was stopped or killed.");
        selection.AddTo(command);
        settings.AddTo(command);
        foreach (var option in new Option[] { jobs, threads, retry, adopt, output })
            command.Options.Add(option);
        command.SetAction(async (parsed, _) =>
        {
            var (study, store) = (selection.Study(parsed), selection.Store(parsed));
            var processes = AtLeastOne("--jobs", parsed.GetValue(jobs) ?? (selection.IsQuick(parsed) ? Math.Min(Cores(), MostQuickJobs) : 1));
            var each = AtLeastOne("--threads", parsed.GetValue(threads) ?? Math.Max(1, Cores() / processes));
            var arguments = settings.Arguments(parsed);
            if (parsed.GetValue(adopt) is { } folder)
                Console.WriteLine($"{store.Adopt(study, new RunStore(folder))} finished runs taken from {folder}");
            if (parsed.GetValue(retry))
                Console.WriteLine($"{study.Runs.Count(store.ForgetFailure)} failed runs are tried again");
            return await RunAsync(study, store, arguments, processes, each, parsed.GetValue(output));
        });
        return command;
    }

    private static async Task<int> RunAsync(Study study, StudyStore store, IReadOnlyList<string> arguments, int jobs, int threads, string? output)
    {
        var stop = InterruptSignal.Current.Stop;
        var console = new StudyConsole(study, store, jobs, Console.Out, !Console.IsOutputRedirected);
        var left = study.Runs.Count - console.FinishedBefore;
        Console.WriteLine($"{study.Name}: {study.Runs.Count} runs, {console.FinishedBefore} finished before{(study.Scale is null ? "" : $"; {study.Scale}")}");
        if (left > 0)
        {
            jobs = Math.Min(jobs, left);
            Console.WriteLine($"{jobs} process{(jobs == 1 ? "" : "es")}, {threads} thread{(threads == 1 ? "" : "s")} each; store {store.Root}");
            await new StudyProcesses(study, store, arguments, jobs, threads, console).RunAsync(stop);
        }
        if (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("margin: stopped; the same command goes on.");
            return ExitCodes.Interrupted;
        }
        var failures = study.Runs.Where(run => !store.Results.Contains(run)).Select(run => (run, Failure: store.FailureOf(run))).ToList();
        foreach (var (run, failure) in failures.Where(item => item.Failure is not null))
            Console.Error.WriteLine($"margin: {run.Dataset}/{run.Name} failed: {failure!.Error}");
        if (failures.Any(item => item.Failure is not null))
            Console.Error.WriteLine($"margin: the errors are in failure.json in the runs' folders below {store.Root}; --retry-failed tries them again.");
        if (failures.Count == study.Runs.Count)
            throw new CommandException($"No run of the study '{study.Name}' could be finished.");
        return StudyTableCommand.Make(study, store, output);
    }

    private static int Cores() =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads > 0
            ? threads
            : Environment.ProcessorCount;

    private static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw new CommandException($"{option} is {value}; it must be at least 1.", ExitCodes.Usage);
}
