using System.CommandLine;
using System.Globalization;
using MarginNotebooks.Calibration;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin calibrate</c>: fits calibrators to a finished run's validation slices and scores its test volumes before and
/// after.</summary>
public static class CalibrateCommand
{
    private const string EnsembleKey = "ensemble";
    private const string DropoutKey = "mc-dropout";

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var run = new Argument<string[]>("RUN")
        {
            Description = "Folder of a stored run: the one that holds run.json. Calibrators are fitted to the first; all together are the members of an ensemble.",
            Arity = ArgumentArity.OneOrMore,
        };
        var calibrator = new Option<string>("--calibrator")
        {
            Description = $"Keys, separated by commas: {KeyList.Of("calibrate", () => CalibratorCatalog.Keys)}, {EnsembleKey} (needs several runs), {DropoutKey} (needs a run trained with --dropout).",
            Required = true,
        };
        var data = new Option<string?>("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default." };
        var runs = new Option<string?>("--runs") { Description = "Folder of checkpoints and weights; out/runs by default." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Folder that receives DATASET/RUN/calibration.csv and the calibrators; out/calibration by default.",
        };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" };
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var command = new Command("calibrate", "Fit calibrators to a finished run's validation slices, and score its test volumes before and after.")
        {
            run, calibrator, data, runs, output, device,
        };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetValue(run)!;
            var keys = Keys(parsed.GetValue(calibrator)!, folders.Length);
            var options = new ExperimentOptions
            {
                DataFolder = parsed.GetValue(data),
                RunsFolder = parsed.GetValue(runs) ?? Workspace.Find().Runs,
                Device = parsed.GetValue(device)!,
            };
            Run([.. folders.Select(Record)], keys, options, parsed.GetValue(output) ?? Path.Combine(Workspace.Find().Root, "out", "calibration"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static string[] Keys(string text, int runs)
    {
        var keys = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray();
        if (keys.Length == 0)
            throw new CommandException("--calibrator names no calibrator.", ExitCodes.Usage);
        if (keys.FirstOrDefault(key => key is not (EnsembleKey or DropoutKey) && !CalibratorCatalog.Keys.Contains(key)) is { } unknown)
            throw new CommandException(
                $"Unknown calibrator '{unknown}'. Known: {string.Join(", ", CalibratorCatalog.Keys)}, {EnsembleKey}, {DropoutKey}.", ExitCodes.Usage);
        if (keys.Contains(EnsembleKey) && runs < 2)
            throw new CommandException("An ensemble needs several runs: name more than one RUN, for example other seeds.", ExitCodes.Usage);
        return keys;
    }

    private static RunRecord Record(string folder) => File.Exists(Path.Combine(folder, "run.json"))
        ? RunStore.LoadFolder(folder).Record
        : throw new CommandException(
            $"'{folder}' holds no run.json: name the folder of a stored run, for example one below notebooks/results.", ExitCodes.Usage);

    private static void Run(IReadOnlyList<RunRecord> records, string[] keys, ExperimentOptions options, string output)
    {
        var configuration = records[0].Configuration;
        if (keys.Contains(DropoutKey) && configuration.Dropout == 0)
            throw new CommandException(
                $"The run '{configuration.Name}' was trained without dropout: train one with margin train --dropout 0.5 for {DropoutKey}.", ExitCodes.Usage);
        if (records.FirstOrDefault(record => record.DataChecksum != records[0].DataChecksum) is { } stranger)
            throw new CommandException(
                $"The runs '{configuration.Name}' and '{stranger.Configuration.Name}' were made on different data (their checksums differ).", ExitCodes.Usage);
        var data = StudyData.Open(configuration, options.DataFolder);
        if (data.Checksum != records[0].DataChecksum)
            Console.Error.WriteLine("margin: these are not the data that the run was trained on (their checksums differ).");
        var stop = InterruptSignal.Current.Stop;
        var device = Experiment.DeviceOf(options.Device);
        var networks = records.Select(record => Experiment.LoadNetwork(record.Configuration, data, options)).ToArray();
        var calibrators = keys.Where(key => key is not (EnsembleKey or DropoutKey)).Select(CalibratorCatalog.Create).ToArray();
        try
        {
            var results = CalibrationStudy.Run(networks[0], data, calibrators, device, new Lines(), stop);
            if (keys.Contains(EnsembleKey))
            {
                Console.WriteLine($"Scoring them with the mean of {networks.Length} networks");
                using var ensemble = new Ensemble(networks);
                results = new CalibrationResults([.. results.Rows, .. CalibrationStudy.Score(EnsembleKey, ensemble, data, device, stop)]);
            }
            if (keys.Contains(DropoutKey))
            {
                using var sampled = new MonteCarloDropout(networks[0]);
                Console.WriteLine($"Scoring them with the mean of {sampled.Samples} passes with dropout");
                results = new CalibrationResults([.. results.Rows, .. CalibrationStudy.Score(DropoutKey, sampled, data, device, stop)]);
            }
            Print(configuration, calibrators, results);
            var folder = Path.Combine(output, configuration.Dataset, configuration.Name);
            foreach (var calibrator in calibrators)
                calibrator.Save(Path.Combine(folder, $"{calibrator.Key}.safetensors"));
            results.SaveCsv(Path.Combine(folder, "calibration.csv"));
            Console.WriteLine($"Stored in {folder}");
        }
        finally
        {
            foreach (var network in networks)
                network.Dispose();
            foreach (var calibrator in calibrators)
                calibrator.Dispose();
        }
    }

    private static void Print(RunConfiguration configuration, IReadOnlyList<Calibrator> calibrators, CalibrationResults results)
    {
        Console.WriteLine();
        foreach (var calibrator in calibrators)
        {
            var fit = calibrator.LastFit!;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{calibrator.Key}: {calibrator.Name}; fitted to {fit.PixelsUsed} of {fit.PixelsSeen} pixels, loss {fit.LossBefore:0.00000} → {fit.LossAfter:0.00000}; ")
                + $"{(calibrator.ChangesPrediction == PredictionChange.Never ? "never changes" : "may change")} the predicted class");
            foreach (var note in fit.Notes)
                Console.WriteLine($"  {note}");
        }
        foreach (var protocol in results.Rows.Select(row => row.Case.Protocol).Distinct())
            Console.WriteLine($"\n{configuration.Name}\n{results.Summary(protocol, intervals: false)}");
    }

    /// <summary>Progress as lines, in order; <see cref="Progress{T}"/> would print them from other threads.</summary>
    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine(value);
    }
}
