using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>
/// <c>margin study work</c>: one process of a study, started by <c>margin study run</c> for all runs, or by a cluster's task for one.
/// </summary>
public static class StudyWorkCommand
{
    private static readonly JsonSerializerOptions s_json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The study, a JSON file." };
        var store = new Option<string>("--store") { Description = "Folder of studies.", Required = true };
        var index = new Option<int?>("--index") { Description = "Work on one run only: its number in the file, from 0." };
        var events = new Option<bool>("--events") { Description = "Write what happens as lines of JSON, and stop when the standard input ends." };
        var settings = new StudyRunSettings();
        var command = new Command("work", "One process of a study: works until no run is left.") { file, store, index, events };
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!, new StudyStore(parsed.GetValue(store)!), parsed.GetValue(index), parsed.GetValue(events), settings.Options(parsed)));
        return command;
    }

    /// <summary>An event that a worker wrote; null for any other line.</summary>
    internal static StudyEvent? Read(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<StudyEvent>(line, s_json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Run(string file, StudyStore store, int? index, bool events, ExperimentOptions options)
    {
        var study = StudyFile.Read(file);
        if (index is { } number && (number < 0 || number >= study.Runs.Count))
            throw new CommandException($"'{file}' has the runs 0 to {study.Runs.Count - 1}, not {number}.", ExitCodes.Usage);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(InterruptSignal.Current.Stop);
        if (events)
            StopWithInput(stop);
        IProgress<StudyEvent> heard = events ? new JsonLines() : new TextLines();
        var complete = new StudyWorker(store, options with { Cancellation = stop.Token }, heard).Run(index is { } i ? [study.Runs[i]] : study.Runs);
        return complete ? ExitCodes.Success : ExitCodes.Failed;
    }

    // The starting process holds the other end: when it closes it, or is gone however it went, this one saves and stops.
    private static void StopWithInput(CancellationTokenSource stop)
    {
        var input = Console.OpenStandardInput();
        var watch = new Thread(() =>
        {
            try
            {
                while (input.ReadByte() >= 0)
                {
                }
                stop.Cancel();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
            }
        })
        { IsBackground = true };
        watch.Start();
    }

    private sealed class JsonLines : IProgress<StudyEvent>
    {
        public void Report(StudyEvent value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, s_json));
    }

    /// <summary>For the log of a cluster's task: a line for each epoch.</summary>
    private sealed class TextLines : IProgress<StudyEvent>
    {
        private int _epoch = -1;

        public void Report(StudyEvent value)
        {
            if (value.Kind == StudyEventKind.Progress)
            {
                if (value.Epoch != _epoch)
                    Console.Out.WriteLine($"{value.Run}: epoch {value.Epoch + 1} of {value.Epochs}{StudyConsole.Left(value.SecondsLeft)}");
                _epoch = value.Epoch;
                return;
            }
            Console.Out.WriteLine($"{value.Run}: {value.Kind.ToString().ToLowerInvariant()}{(value.Message is null ? "" : $": {value.Message}")}");
        }
    }
}
