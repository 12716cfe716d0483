using System.Diagnostics;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Runtime;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>One run from configuration to results: train, keep the best epoch, evaluate it on the test volumes under every protocol.</summary>
public static class Experiment
{
    /// <summary>The stored run if it is finished, else a new or continued one.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="options">Where it works.</param>
    /// <returns>Record and tables.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; called again, it goes on.</exception>
    public static RunResults Run(RunConfiguration configuration, ExperimentOptions options)
    {
        configuration.Validated();
        if (options.Store is { } store && !options.Again && store.Contains(configuration))
            return store.Load(configuration);

        PeakMemory.Reset();
        var data = options.Data ?? StudyData.Open(configuration, options.DataFolder);
        var device = DeviceOf(options.Device);
        var started = DateTimeOffset.UtcNow;
        using var network = StartingNetwork(configuration, data);
        var trainer = new Trainer(network, MethodCatalog.Get(configuration.Method).CreateLoss(), data.Training, data.Validation, Training(configuration, options, device));
        var folder = RunFolder(configuration, options);
        var trained = trainer.Run(folder, $"{configuration.Method}, seed {configuration.Seed}", options.Progress, resume: !options.Again, options.Cancellation);

        var clock = Stopwatch.StartNew();
        // Loaded afresh, as margin evaluate does: where weights lie in memory decides the last digits of a convolution.
        using var best = LoadNetwork(configuration, data, options);
        var evaluation = Evaluation.Run(best, data, device, options.Cancellation);
        if (options.SampleVolumes > 0)
            SampleLogits.Write(Path.Combine(folder, SampleLogits.FileName), best, data, options.SampleVolumes, device);
        var results = new RunResults(
            new RunRecord
            {
                Configuration = configuration,
                Command = configuration.Command,
                Started = started,
                TrainingSeconds = trained.Duration.TotalSeconds,
                EvaluationSeconds = clock.Elapsed.TotalSeconds,
                Resumed = trained.Resumed,
                Device = device.type.ToString().ToLowerInvariant(),
                Environment = EnvironmentReport.Collect(),
                Commit = KitVersions.Commit,
                DataChecksum = data.Checksum,
                DataCounts = [data.Training.Count, data.Validation.Count, data.Test.Count],
                ClassNames = data.Info.ClassNames,
                BestEpoch = trained.BestEpoch,
                BestMeanIoU = trained.BestMeanIoU,
                Protocols = [.. evaluation.Cases.Select(row => row.Protocol).Distinct()],
                PeakMemoryMegabytes = PeakMemory.Megabytes,
            },
            trained.Log,
            evaluation.Cases,
            evaluation.Reliability);
        options.Store?.Save(results);
        return results;
    }

    /// <summary>The network of a finished run, with the weights of its best epoch.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="data">The data it was trained on.</param>
    /// <param name="options">Where it worked.</param>
    /// <returns>The network; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">The weights are not there; the message says how to make them.</exception>
    public static nn.Module<Tensor, Tensor> LoadNetwork(RunConfiguration configuration, StudyData data, ExperimentOptions options)
    {
        var weights = Path.Combine(RunFolder(configuration, options), "best.safetensors");
        if (!File.Exists(weights))
            throw new FileNotFoundException($"'{weights}' is not there: train the run with\n  {configuration.Command}");
        var network = NewNetwork(configuration, data);
        ModelWeights.Load(network, weights);
        return network;
    }

    /// <summary>Folder of a run's checkpoints and weights.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="options">Where it works.</param>
    /// <returns>The folder.</returns>
    public static string RunFolder(RunConfiguration configuration, ExperimentOptions options) =>
        Path.Combine(options.RunsFolder, configuration.Dataset, configuration.Name);

    internal static Device DeviceOf(string name)
    {
        TorchRuntime.EnsureLoaded();
        return name switch
        {
            "cpu" => CPU,
            "cuda" when !cuda.is_available() => throw new TorchUnavailableException(
                "There is no usable CUDA device: run 'margin doctor', or choose --device cpu."),
            "cuda" => CUDA,
            "auto" => cuda.is_available() ? CUDA : CPU,
            _ => throw new ArgumentException($"Device '{name}' is none of auto, cpu, cuda.", nameof(name)),
        };
    }

    /// <summary>The network of a run before its first step: fresh weights, or those it starts from.</summary>
    internal static nn.Module<Tensor, Tensor> StartingNetwork(RunConfiguration configuration, StudyData data)
    {
        var network = NewNetwork(configuration, data);
        if (configuration.InitialWeights is { } weights)
        {
            try
            {
                InitialWeights.Load(network, weights, configuration.InitialWeightsSha256);
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }
        return network;
    }

    internal static nn.Module<Tensor, Tensor> NewNetwork(RunConfiguration configuration, StudyData data) =>
        BackboneCatalog.Create(configuration.Backbone, new BackboneSettings(
            data.Info.Channels, data.Info.ClassCount, configuration.Filters, data.Training.Slices.Height, data.Training.Slices.Width,
            configuration.Seed, configuration.Dropout));

    private static TrainingOptions Training(RunConfiguration configuration, ExperimentOptions options, Device device) => new()
    {
        Epochs = configuration.Epochs,
        BatchSize = configuration.BatchSize,
        LearningRate = configuration.LearningRate,
        StepSize = configuration.LearningRateStep,
        GradientClipNorm = configuration.GradientClip,
        Seed = configuration.Seed,
        Precision = configuration.Precision,
        Device = device,
        CheckpointEverySeconds = options.CheckpointSeconds,
    };
}
