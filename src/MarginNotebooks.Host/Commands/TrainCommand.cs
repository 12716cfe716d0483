using System.CommandLine;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin train</c>: trains one network, evaluates it on the test volumes, and stores the run's record.</summary>
public static class TrainCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var dataset = new Option<string>("--dataset") { Description = "Key of the data set: phantom, or one that margin data list shows as prepared.", DefaultValueFactory = _ => "phantom" };
        var method = new Option<string>("--method") { Description = MethodDescription, Required = true };
        var seed = new Option<int>("--seed") { Description = "Seed of the weights and of the order of the slices.", DefaultValueFactory = _ => 1 };
        var backbone = new Option<string>("--backbone")
        {
            Description = $"Key of the network: {KeyList.Of("train", () => BackboneCatalog.Keys)}.",
            DefaultValueFactory = _ => BackboneCatalog.Default,
        };
        var filters = new Option<int?>("--filters") { Description = "Filters of the network's first level; by default the network's published number, 32 for the U-Net." };
        var dropout = new Option<double>("--dropout") { Description = "Rate of dropout while training (unet only), for margin calibrate --calibrator mc-dropout; 0 for none." };
        var downsampling = new Option<int>("--downsampling")
        {
            Description = "In-plane factor by which images and labels are made smaller, test volumes included; 1 for none.",
            DefaultValueFactory = _ => 1,
        };
        var initial = new Option<string?>("--initial-weights")
        {
            Description = "Weights to start from: safetensors or PyTorch's .pth of the whole network, or R50+ViT-B_16.npz for transunet.",
        };
        var epochs = new Option<int>("--epochs") { Description = "Epochs.", DefaultValueFactory = _ => 100 };
        var batch = new Option<int>("--batch-size") { Description = "Slices a batch.", DefaultValueFactory = _ => 4 };
        var rate = new Option<double>("--lr") { Description = "Learning rate of Adam at the start.", DefaultValueFactory = _ => 1e-3 };
        var step = new Option<int>("--lr-step") { Description = "Epochs after which the learning rate is divided by ten, again and again.", DefaultValueFactory = _ => 50 };
        var clip = new Option<double?>("--clip") { Description = "Largest norm of the gradient; none by default." };
        var patients = new Option<int>("--phantom-patients") { Description = "Patients of the phantom.", DefaultValueFactory = _ => 60 };
        var data = new Option<string?>("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default." };
        var results = new Option<string?>("--results") { Description = "Folder that receives the run's record; out/results by default." };
        var runs = new Option<string?>("--runs") { Description = "Folder of checkpoints and weights; out/runs by default." };
        var device = new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" };
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var precision = new Option<string>("--precision")
        {
            Description = "Number format of the training steps: float32, bfloat16 (mixed), or auto: bfloat16 where the device multiplies it in hardware.",
            DefaultValueFactory = _ => "auto",
        };
        precision.AcceptOnlyFromAmong("auto", "float32", "bfloat16");
        var again = new Option<bool>("--again") { Description = "Train even if the run is finished." };

        var command = new Command("train", "Train one network, evaluate it on the test volumes and store the run. Continues where an interrupted run stopped.");
        foreach (var option in new Option[] { dataset, method, seed, filters, epochs, batch, rate, step, clip, backbone, dropout, downsampling, initial, patients, data, results, runs, device, precision, again })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var key = parsed.GetValue(dataset)!;
            var network = KnownBackbone(parsed.GetValue(backbone)!);
            var configuration = Checked(new RunConfiguration
            {
                Dataset = key,
                Method = parsed.GetValue(method)!,
                Seed = parsed.GetValue(seed),
                Backbone = network.Key,
                Filters = parsed.GetValue(filters) ?? network.PublishedFilters,
                Dropout = parsed.GetValue(dropout),
                Downsampling = parsed.GetValue(downsampling),
                InitialWeights = parsed.GetValue(initial),
                InitialWeightsSha256 = parsed.GetValue(initial) is { } file ? Fingerprint(file) : null,
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batch),
                LearningRate = parsed.GetValue(rate),
                LearningRateStep = parsed.GetValue(step),
                GradientClip = parsed.GetValue(clip),
                Precision = Enum.Parse<Precision>(parsed.GetValue(precision)!, ignoreCase: true).For(Experiment.DeviceOf(parsed.GetValue(device)!), network),
                PhantomPatients = key == StudyData.PhantomKey ? parsed.GetValue(patients) : 0,
            });
            var workspace = Workspace.Find();
            return Run(configuration, new ExperimentOptions
            {
                DataFolder = parsed.GetValue(data) ?? workspace.Data,
                Store = new RunStore(parsed.GetValue(results) ?? Path.Combine(workspace.Root, "out", "results")),
                RunsFolder = parsed.GetValue(runs) ?? workspace.Runs,
                Device = parsed.GetValue(device)!,
                Again = parsed.GetValue(again),
                Progress = TrainingProgressReporter.Auto(),
                Cancellation = InterruptSignal.Current.Stop,
            });
        });
        return command;
    }

    private static string MethodDescription =>
        $"Key of the method. Those that the paper compares: {KeyList.Of("train", () => MethodCatalog.Keys)}. Others: {KeyList.Of("train", () => MethodCatalog.ExtendedKeys)}. "
        + "A number in a key may be another.";

    private static int Run(RunConfiguration configuration, ExperimentOptions options)
    {
        if (options.Store!.Contains(configuration) && !options.Again)
        {
            Console.WriteLine($"Finished before: {options.Store.FolderOf(configuration)} (--again trains it anew)");
            return ExitCodes.Success;
        }
        Console.WriteLine($"Training steps in {configuration.Precision.ToString().ToLowerInvariant()}.");
        var results = Experiment.Run(configuration, options);
        RunSummary.Print(results, Console.Out);
        Console.WriteLine($"Stored in {options.Store.FolderOf(configuration)}");
        return ExitCodes.Success;
    }

    /// <summary>The backbone of a key.</summary>
    /// <param name="key">What the user wrote.</param>
    /// <returns>The backbone.</returns>
    /// <exception cref="CommandException">There is none.</exception>
    internal static Backbone KnownBackbone(string key)
    {
        try
        {
            return BackboneCatalog.Get(key);
        }
        catch (ArgumentException error)
        {
            throw new CommandException(error.Message, ExitCodes.Usage, error);
        }
    }

    private static string Fingerprint(string file) => File.Exists(file)
        ? InitialWeights.Sha256(file)
        : throw new CommandException($"There are no weights '{file}' to start from.", ExitCodes.Usage);

    private static RunConfiguration Checked(RunConfiguration configuration)
    {
        try
        {
            return configuration.Validated();
        }
        catch (ArgumentException error)
        {
            throw new CommandException(error.Message, ExitCodes.Usage, error);
        }
    }
}
