using System.CommandLine;
using System.Diagnostics;
using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;
using Spectre.Console;

namespace MarginNotebooks.DataScripts;

/// <summary>
/// The command line that the preparation scripts share. Exit codes: 0 all prepared, 1 something skipped or failed, 2 wrong usage.
/// </summary>
internal static class PreparationCommand
{
    private const string DescriptionOption = "--description";

    // Messages go to the terminal's error stream: the result is files.
    private static readonly IAnsiConsole Terminal =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Prepares a data set that a file describes: <c>SOURCE --description FILE</c> and the options of the others.</summary>
    public static int RunOwn(string[] args)
    {
        // The description decides what the other options mean, so it is read before them.
        var at = Array.FindIndex(args, word => word == DescriptionOption || word.StartsWith(DescriptionOption + "=", StringComparison.Ordinal));
        var file = at < 0 ? null
            : args[at] != DescriptionOption ? args[at][(DescriptionOption.Length + 1)..]
            : at + 1 < args.Length ? args[at + 1] : null;
        if (file is null)
        {
            Console.Error.WriteLine("Usage: dotnet run data-scripts/prepare-own.cs -- SOURCE --description FILE.json [--output DIR]");
            Console.Error.WriteLine("data-scripts/README.md shows a whole description; with one, --help lists the other options.");
            return 2;
        }
        try
        {
            return Run(args, new OwnSource(DatasetDescription.Read(file)));
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    public static int Run(string[] args, DatasetSource source)
    {
        var info = source.Info;
        var folder = new Argument<string>("SOURCE") { Description = $"The official download: {source.Layout}." };
        var output = new Option<string>("--output", "-o")
        {
            Description = $"Folder of the prepared set. Default: {info.Key} below MARGIN_DATA, or below data.",
            DefaultValueFactory = _ => DataFolders.Prepared(info),
            HelpName = "DIR",
        };
        var seed =
            new Option<int>("--seed") { Description = "Seed of the split by patient.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var intensity = new Option<IntensityNormalisation>("--intensity")
        {
            Description = "How each volume's intensities are normalised.",
            DefaultValueFactory = _ => info.Normalisation,
        };
        var jobs = new Option<int>("--jobs", "-j")
        {
            Description = "Cases worked on at the same time.",
            DefaultValueFactory = _ => new PreparationOptions().Parallelism,
            HelpName = "N",
        };
        var memory = new Option<int?>("--memory")
        {
            Description = "Megabytes that the cases in work may take together; half of the machine's memory by default. One case is always worked on.",
            HelpName = "MB",
        };
        var description = new Option<string>(DescriptionOption) { Description = "JSON file that describes the data set: see data-scripts/README.md.", HelpName = "FILE" };
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--jobs must be 1 or more.");
        });
        var command =
            new RootCommand($"Prepares {info.Name}: checks every case, converts it to HDF5, splits by patient, reports what was skipped.")
        {
            folder, output, seed, intensity, jobs, memory,
        };
        if (source.Description is not null)
            command.Options.Add(description);
        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            parsed.Invoke();
            return 2;
        }
        command.SetAction((result, cancellation) => Task.Run(() => Prepare(
            new DatasetPreparer(source, new PreparationOptions
            {
                Seed = result.GetValue(seed),
                Normalisation = result.GetValue(intensity),
                Parallelism = result.GetValue(jobs),
                MemoryBudget = result.GetValue(memory) is { } megabytes ? megabytes * 1_000_000L : new PreparationOptions().MemoryBudget,
            }),
            result.GetValue(folder)!, result.GetValue(output)!, cancellation)));
        return parsed.Invoke();
    }

    private static int Prepare(DatasetPreparer preparer, string folder, string output, CancellationToken cancellation)
    {
        try
        {
            var report = Terminal.Profile.Capabilities.Interactive && Terminal.Profile.Out.IsTerminal
                ? WithBar(progress => preparer.Run(folder, output, progress, cancellation))
                : preparer.Run(folder, output, new Lines(), cancellation);
            Console.Error.WriteLine(report.Summary());
            Console.Error.WriteLine($"Details: {Path.Combine(output, PreparationReport.MarkdownName)}");
            return report.ExitCode;
        }
        catch (DirectoryNotFoundException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. What is done is kept: run the same command again to go on.");
            return 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static PreparationReport WithBar(Func<IProgress<PreparationProgress>, PreparationReport> run) => Terminal
        .Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context => run(new Bar(context.AddTask("cases"))));

    private sealed class Bar(ProgressTask task) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value)
        {
            task.MaxValue = value.Total;
            task.Increment(1);
            task.Description = value.Skipped > 0 ? $"cases ({value.Skipped} skipped)" : "cases";
        }
    }

    /// <summary>For logs and pipes: a line now and then.</summary>
    private sealed class Lines : IProgress<PreparationProgress>
    {
        private readonly Lock gate = new();
        private readonly Stopwatch sinceLast = Stopwatch.StartNew();

        public void Report(PreparationProgress value)
        {
            lock (gate)
            {
                if (value.Done < value.Total && sinceLast.Elapsed < TimeSpan.FromSeconds(5))
                    return;
                sinceLast.Restart();
                Console.Error.WriteLine($"{value.Done} of {value.Total} cases, {value.Skipped} skipped");
            }
        }
    }
}
