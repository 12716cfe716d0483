using System.CommandLine;
using System.Globalization;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>What commands share that compute something with the weights of a study's finished runs.</summary>
/// <param name="kind">The kind: name of the folder and of the subcommand's results.</param>
internal sealed class DerivedSettings(string kind)
{
    private readonly Option<string?> _data = new("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = $"Folder that receives {kind}/DATASET/RUN/{{scores.csv, record.json}}, for example notebooks/results; out/derived by default." };
    private readonly Option<string> _device = Device();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _data, _output, _device })
            command.Options.Add(option);
    }

    /// <summary>Keys from a list with commas; all that are known where it is missing.</summary>
    public static IReadOnlyList<string> Keys(string option, string? text, IReadOnlyList<string> known)
    {
        if (text is null)
            return known;
        var keys = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray();
        if (keys.Length == 0)
            throw new CommandException($"{option} is empty. Known: {string.Join(", ", known)}.", ExitCodes.Usage);
        return keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown
            ? throw new CommandException($"{option}: there is no '{unknown}'. Known: {string.Join(", ", known)}.", ExitCodes.Usage)
            : keys;
    }

    /// <summary>Computes what is not there, tells about each run, and ends with success when every run of the study has its result.</summary>
    public int Run(ParseResult parsed, StudySelection selection, DerivedComputation computation, Func<DerivedComputation, string> arguments)
    {
        var (study, store) = (selection.Study(parsed), selection.Store(parsed));
        var target = new DerivedStore(parsed.GetValue(_output) ?? Path.Combine(Workspace.Find().Root, "out", "derived"));
        var worker = new DerivedWorker(store.Results, target, new ExperimentOptions
        {
            DataFolder = parsed.GetValue(_data) ?? Workspace.Find().Data,
            RunsFolder = store.Root,
            Device = parsed.GetValue(_device)!,
            Cancellation = InterruptSignal.Current.Stop,
        });
        Console.WriteLine($"{study.Name}: {study.Runs.Count} runs; {string.Join(", ", computation.Options)}; results go to {Path.Combine(target.Root, kind)}");
        var outcomes = worker.Run(
            study.Runs, computation, (run, asked) => $"margin study {parsed.CommandResult.Command.Name} {selection.Arguments(parsed, run)} {arguments(asked)}", Tell,
            Console.IsOutputRedirected ? null : new Line());
        foreach (var failed in outcomes.Where(outcome => outcome.State == DerivedState.Failed))
            Console.Error.WriteLine($"margin: {failed.Run.Dataset}/{failed.Run.Name} failed: {failed.Note}");
        var counts = outcomes.GroupBy(outcome => outcome.State).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Words(group.Key)}");
        Console.WriteLine(string.Join(", ", counts));
        return outcomes.All(outcome => outcome.State is DerivedState.Computed or DerivedState.Present) ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static void Tell(DerivedOutcome outcome) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{outcome.Run.Dataset}/{outcome.Run.Name}: {Words(outcome.State)}{(outcome.Seconds is { } seconds ? $" in {seconds:0} s" : "")}"));

    private static string Words(DerivedState state) => state switch
    {
        DerivedState.Computed => "computed",
        DerivedState.Present => "done before",
        DerivedState.RunMissing => "left out, the run is not finished",
        DerivedState.Elsewhere => "left to another process",
        _ => "failed",
    };

    private static Option<string> Device()
    {
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" };
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        return device;
    }

    /// <summary>What is done now, in one line that is written over.</summary>
    private sealed class Line : IProgress<string>
    {
        public void Report(string value) => Console.Write($"\r\u001b[K{value}\r");
    }
}
