using System.CommandLine;
using System.Diagnostics;
using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin evaluate</c>: scores a finished run's weights on the test volumes again, under every protocol.</summary>
public static class EvaluateCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Folder of a stored run: the one that holds run.json." };
        var weights = new Option<string?>("--weights") { Description = "Weights to evaluate, a safetensors file; by default those that the run left in --runs." };
        var data = new Option<string?>("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default." };
        var runs = new Option<string?>("--runs") { Description = "Folder of checkpoints and weights; out/runs by default." };
        var output = new Option<string?>("--output", "-o") { Description = "Folder that receives the scores; out/evaluation by default." };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" };
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var measures = new Option<string?>("--measures")
        {
            Description = "More calibration measures, separated by commas, or 'all'; written to measures.csv beside the scores. Known: "
                + string.Join(", ", CalibrationMeasures.Keys) + ".",
        };
        var regions = new Option<string>("--regions")
        {
            Description = "Regions of --measures, separated by commas: all, foreground, union, boundary:WIDTH with the width in millimetres.",
            DefaultValueFactory = _ => "union,all",
        };
        var command = new Command("evaluate", "Score a finished run's weights on the test volumes again.")
        {
            run, weights, data, runs, output, device, measures, regions,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(run)!,
            parsed.GetValue(weights),
            parsed.GetValue(data),
            parsed.GetValue(runs) ?? Workspace.Find().Runs,
            new RunStore(parsed.GetValue(output) ?? Path.Combine(Workspace.Find().Root, "out", "evaluation")),
            parsed.GetValue(device)!,
            parsed.GetValue(measures),
            parsed.GetValue(regions)!));
        return command;
    }

    private static int Run(
        string folder, string? weights, string? dataFolder, string runs, RunStore store, string device, string? measures, string regions)
    {
        var (keys, where) = MeasureTable.Parse(measures, regions);
        if (!File.Exists(Path.Combine(folder, "run.json")))
            throw new CommandException($"'{folder}' holds no run.json: name the folder of a stored run, for example one below notebooks/results.", ExitCodes.Usage);
        var stored = RunStore.LoadFolder(folder);
        var configuration = stored.Record.Configuration;
        var options = new ExperimentOptions { DataFolder = dataFolder, RunsFolder = runs, Device = device };
        var data = StudyData.Open(configuration, dataFolder);
        if (data.Checksum != stored.Record.DataChecksum)
            Console.Error.WriteLine("margin: these are not the data that the run was trained on (their checksums differ).");
        using var network = weights is null ? Experiment.LoadNetwork(configuration, data, options) : Load(weights, configuration, data);
        var clock = Stopwatch.StartNew();
        var evaluation = Evaluation.Run(network, data, Experiment.DeviceOf(device), InterruptSignal.Current.Stop);
        var results = stored with
        {
            Record = stored.Record with { EvaluationSeconds = clock.Elapsed.TotalSeconds, DataChecksum = data.Checksum },
            Cases = evaluation.Cases,
            Reliability = evaluation.Reliability,
        };
        var more = keys.Count == 0 ? null
            : MeasureEvaluation.Run(network, data.Info, data.Test, keys, where, Experiment.DeviceOf(device), InterruptSignal.Current.Stop);
        RunSummary.Print(results, Console.Out);
        var target = store.Save(results);
        if (more is not null)
        {
            MeasureTable.Print(more, keys, where, Console.Out);
            more.Save(Path.Combine(target, "measures.csv"));
        }

        Console.WriteLine($"Stored in {target}");
        return ExitCodes.Success;
    }

    private static UNet Load(string weights, RunConfiguration configuration, StudyData data)
    {
        if (!File.Exists(weights))
            throw new CommandException($"There are no weights '{weights}'.", ExitCodes.Usage);
        var network = Experiment.NewNetwork(configuration, data);
        ModelWeights.Load(network, weights);
        return network;
    }
}
