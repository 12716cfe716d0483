using System.CommandLine;
using System.Diagnostics;
using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin evaluate</c>: scores weights on the test volumes, under every protocol: a finished run's, or a network's trained elsewhere.</summary>
public static class EvaluateCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var run = new Argument<string?>("RUN")
        {
            Description = "Folder of a stored run: the one that holds run.json. Left out for a network that was trained elsewhere: see --backbone.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var weights = new Option<string?>("--weights") { Description = "Weights to evaluate: safetensors, or PyTorch's .pth; by default those that the run left in --runs." };
        var names = new Option<string?>("--map") { Description = "JSON file that gives the weights' names their names here: {\"their name\": \"our name\"}." };
        var backbone = new Option<string?>("--backbone") { Description = $"Without RUN: the network, {KeyList.Of("evaluate", () => BackboneCatalog.Keys)}." };
        var dataset = new Option<string?>("--dataset") { Description = "Without RUN: key of the data set; phantom by default." };
        var filters = new Option<int?>("--filters") { Description = "Without RUN: filters of the network's first level; its published number by default." };
        var method = new Option<string?>("--method") { Description = "Without RUN: how the network was trained, for the record; the name of the weights' file by default." };
        var patients = new Option<int>("--phantom-patients") { Description = "Without RUN: patients of the phantom.", DefaultValueFactory = _ => 60 };
        var data = new Option<string?>("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default." };
        var runs = new Option<string?>("--runs") { Description = "Folder of checkpoints and weights; out/runs by default." };
        var output = new Option<string?>("--output", "-o") { Description = "Folder that receives the scores; out/evaluation by default." };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" };
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var measures = new Option<string?>("--measures")
        {
            Description = "More calibration measures, separated by commas, or 'all'; written to measures.csv beside the scores. Known: "
                + KeyList.Of("evaluate", () => CalibrationMeasures.Keys) + ".",
        };
        var regions = new Option<string>("--regions")
        {
            Description = "Regions of --measures, separated by commas: all, foreground, union, boundary:WIDTH with the width in millimetres.",
            DefaultValueFactory = _ => "union,all",
        };
        var command = new Command("evaluate", "Score weights on the test volumes: those of a finished run, or of a network trained elsewhere.");
        command.Arguments.Add(run);
        foreach (var option in new Option[] { weights, names, backbone, dataset, filters, method, patients, data, runs, output, device, measures, regions })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var options = new ExperimentOptions
            {
                DataFolder = parsed.GetValue(data),
                RunsFolder = parsed.GetValue(runs) ?? Workspace.Find().Runs,
                Store = new RunStore(parsed.GetValue(output) ?? Path.Combine(Workspace.Find().Root, "out", "evaluation")),
                Device = parsed.GetValue(device)!,
            };
            var more = MeasureTable.Parse(parsed.GetValue(measures), parsed.GetValue(regions)!);
            var map = parsed.GetValue(names) is { } file ? WeightsCommand.Map(file) : null;
            if (parsed.GetValue(run) is { } folder)
            {
                var elsewhere = new Option[] { backbone, dataset, filters, method }.FirstOrDefault(option => parsed.GetResult(option) is not null);
                return elsewhere is null ? Stored(folder, parsed.GetValue(weights), map, options, more)
                    : throw new CommandException($"RUN says what the network is: leave {elsewhere.Name} out, or RUN.", ExitCodes.Usage);
            }
            if (parsed.GetValue(weights) is not { } given || parsed.GetValue(backbone) is not { } key)
                throw new CommandException("Name the folder of a stored run, or --weights and --backbone of a network that was trained elsewhere.", ExitCodes.Usage);
            var known = TrainCommand.KnownBackbone(key);
            var set = parsed.GetValue(dataset) ?? StudyData.PhantomKey;
            return Foreign(given, map, new RunConfiguration
            {
                Dataset = set,
                Method = parsed.GetValue(method) ?? Path.GetFileNameWithoutExtension(given),
                Backbone = known.Key,
                Filters = parsed.GetValue(filters) ?? known.PublishedFilters,
                PhantomPatients = set == StudyData.PhantomKey ? parsed.GetValue(patients) : 0,
            }, options, more);
        });
        return command;
    }

    private static int Stored(string folder, string? weights, NameMap? names, ExperimentOptions options, MeasureRequest more)
    {
        if (!File.Exists(Path.Combine(folder, "run.json")))
            throw new CommandException($"'{folder}' holds no run.json: name the folder of a stored run, for example one below notebooks/results.", ExitCodes.Usage);
        var device = Experiment.DeviceOf(options.Device);
        var stored = RunStore.LoadFolder(folder);
        var configuration = stored.Record.Configuration;
        var data = StudyData.Open(configuration, options.DataFolder);
        if (data.Checksum != stored.Record.DataChecksum)
            Console.Error.WriteLine("margin: these are not the data that the run was trained on (their checksums differ).");
        using var network = weights is null ? Experiment.LoadNetwork(configuration, data, options) : Load(weights, names, configuration, data);
        var clock = Stopwatch.StartNew();
        var evaluation = Evaluation.Run(network, data, device, InterruptSignal.Current.Stop);
        return Report(options, stored with
        {
            Record = stored.Record with { EvaluationSeconds = clock.Elapsed.TotalSeconds, DataChecksum = data.Checksum },
            Cases = evaluation.Cases,
            Reliability = evaluation.Reliability,
        }, more, more.Measure(network, data, device));
    }

    /// <summary>A network trained elsewhere: its record knows the weights, but nothing of the training.</summary>
    private static int Foreign(string weights, NameMap? names, RunConfiguration configuration, ExperimentOptions options, MeasureRequest more)
    {
        RequireFile(weights);
        configuration = configuration with { InitialWeights = weights, InitialWeightsSha256 = InitialWeights.Sha256(weights) };
        var data = StudyData.Open(configuration, options.DataFolder);
        var device = Experiment.DeviceOf(options.Device);
        var started = DateTimeOffset.UtcNow;
        using var network = Load(weights, names, configuration, data);
        var clock = Stopwatch.StartNew();
        var evaluation = Evaluation.Run(network, data, device, InterruptSignal.Current.Stop);
        return Report(options, new RunResults(
            new RunRecord
            {
                Configuration = configuration,
                Command = FormattableString.Invariant(
                    $"margin evaluate --weights '{weights}' --backbone {configuration.Backbone} --filters {configuration.Filters}")
                    + $" --dataset {configuration.Dataset} --method {configuration.Method}"
                    + (configuration.PhantomPatients > 0 ? FormattableString.Invariant($" --phantom-patients {configuration.PhantomPatients}") : ""),
                Started = started,
                TrainingSeconds = 0,
                EvaluationSeconds = clock.Elapsed.TotalSeconds,
                Resumed = false,
                BestEpoch = 0,
                BestMeanIoU = double.NaN,
                Device = device.type.ToString().ToLowerInvariant(),
                Environment = EnvironmentReport.Collect(),
                Commit = KitVersions.Commit,
                DataChecksum = data.Checksum,
                DataCounts = [data.Training.Count, data.Validation.Count, data.Test.Count],
                ClassNames = data.Info.ClassNames,
            },
            [], evaluation.Cases, evaluation.Reliability), more, more.Measure(network, data, device));
    }

    private static int Report(ExperimentOptions options, RunResults results, MeasureRequest asked, MeasureEvaluation? more)
    {
        RunSummary.Print(results, Console.Out);
        var target = options.Store!.Save(results);
        if (more is not null)
        {
            MeasureTable.Print(more, asked.Keys, asked.Regions, Console.Out);
            more.Save(Path.Combine(target, "measures.csv"));
        }

        Console.WriteLine($"Stored in {target}");
        return ExitCodes.Success;
    }

    private static nn.Module<Tensor, Tensor> Load(string weights, NameMap? names, RunConfiguration configuration, StudyData data)
    {
        RequireFile(weights);
        var network = Experiment.NewNetwork(configuration, data);
        try
        {
            ModelWeights.Load(network, weights, names);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void RequireFile(string weights)
    {
        if (!File.Exists(weights)) throw new CommandException($"There are no weights '{weights}'.", ExitCodes.Usage);
    }
}
