using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Convolution = MarginNotebooks.Models.Convolution;

namespace MarginNotebooks.Tests.Training;

public sealed class MixedPrecisionTests
{
    private static readonly TrainingOptions Mixed = TrainingRun.Options with { Precision = Precision.BFloat16 };

    [Fact]
    public void LossCurvesFollowThoseOfFloat32()
    {
        TrainingResult Train(Precision precision)
        {
            using var folder = new TemporaryFolder();
            using var network = new UNet(1, 3, 8, seed: 3);
            var options = new TrainingOptions { Epochs = 6, BatchSize = 4, LearningRate = 5e-3, Precision = precision };
            return new Trainer(network, new ScheduledLoss(), new DiscSource(40), new DiscSource(10, seed: 2), options).Run(folder.Path);
        }
        var (full, mixed) = (Train(Precision.Float32), Train(Precision.BFloat16));
        string Curve(TrainingResult result) => string.Join(" ", result.Log.Select(record => $"{record.TrainLoss:0.000}"));
        var curves = $"float32 {Curve(full)}; bfloat16 {Curve(mixed)}";
        Assert.NotEqual(full.Log[0].TrainLoss, mixed.Log[0].TrainLoss);
        // Rounding grows with the steps; the loss falls to a quarter meanwhile.
        Assert.All(full.Log.Zip(mixed.Log), pair => Assert.True(
            Math.Abs(pair.First.TrainLoss - pair.Second.TrainLoss) < (pair.First.Epoch == 0 ? 0.02 : 0.15) * pair.First.TrainLoss, curves));
        Assert.True(mixed.Log[^1].TrainLoss < 0.4 * mixed.Log[0].TrainLoss, curves);
    }

    [Fact]
    public void OneStepMovesTheWeightsAsInFloat32()
    {
        using var scope = NewDisposeScope();
        Tensor Gradient(Precision precision)
        {
            using var network = new UNet(1, 3, 4);
            using var parameters = new FlatParameters(network, MemoryLayout.ChannelsLast, precision);
            parameters.Use(precision);
            parameters.ZeroGradients();
            var (images, labels) = new DiscSource(8).Batch([0, 1, 2, 3], CPU);
            var type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
            var logits = network.call(images.to(type).ToLayout(MemoryLayout.ChannelsLast));
            // The layer that makes the logits computes in float32.
            Assert.Equal(ScalarType.Float32, logits.dtype);
            new ScheduledLoss().Forward(logits, labels).Total.backward();
            parameters.CollectGradients();
            Assert.Equal(ScalarType.Float32, parameters.Gradients.dtype);
            return parameters.Gradients.clone();
        }
        var full = Gradient(Precision.Float32);
        var mixed = Gradient(Precision.BFloat16);
        var cosine = ((full * mixed).sum() / (full.norm() * mixed.norm())).item<float>();
        Assert.True(cosine > 0.999, $"cosine {cosine}");
        Assert.Equal(1, (mixed.norm() / full.norm()).item<float>(), 0.02);
    }

    [Fact]
    public void TheStoredWeightsAreFloat32AndReachTheStoredScore()
    {
        using var folder = new TemporaryFolder();
        var result = TrainingRun.Run(folder.Path, options: Mixed with { Epochs = 5, LearningRate = 0.02 });
        using var network = UNet.Load(result.BestWeightsPath);
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        var areas = new ForegroundMeanIoU(3);
        new Predictor(network).ForEachBatch(new DiscSource(9, seed: 2), (_, logits, labels) => areas.AddLogits(logits, labels));
        Assert.Equal(result.BestMeanIoU, areas.Value, 1e-12);
        var (_, file) = Checkpoint.Read(folder["last.ckpt"]);
        using (file)
            Assert.All(file.Tensors.Where(pair => pair.Key != "rng"), pair => Assert.Equal(ScalarType.Float32, pair.Value.dtype));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2, 5, 6)]
    [InlineData(8, 13, 20)]
    public void CancelledAndResumedGivesTheSameBits(params int[] cancelAfterBatches)
    {
        using var undisturbed = new TemporaryFolder();
        TrainingRun.Run(undisturbed.Path, options: Mixed);
        using var folder = new TemporaryFolder();
        var batches = 0;
        foreach (var limit in cancelAfterBatches)
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(folder.Path, _ =>
            {
                if (++batches == limit) source.Cancel();
            }, source.Token, options: Mixed));
        }
        Assert.True(TrainingRun.Run(folder.Path, options: Mixed).Resumed);
        Assert.Equal(TrainingRun.Fingerprint(undisturbed.Path), TrainingRun.Fingerprint(folder.Path));
    }

    [Fact]
    public void ARunInAnotherPrecisionIsNotGoneOnWith()
    {
        using var folder = new TemporaryFolder();
        TrainingRun.Run(folder.Path, options: TrainingRun.Options with { Epochs = 1 });
        var error = Assert.Throws<CheckpointException>(() => TrainingRun.Run(folder.Path, options: Mixed));
        Assert.Contains("precision was Float32 and is BFloat16", error.Message);
    }

    [Fact]
    public void ACheckpointThatNamesNoPrecisionIsFloat32()
    {
        Dictionary<string, string> before = new() { ["Seed"] = "1" };
        RunSettings.RequireSame(before, new Dictionary<string, string> { ["Seed"] = "1", ["precision"] = "Float32" }, "old.ckpt");
        var error = Assert.Throws<CheckpointException>(() => RunSettings.RequireSame(
            before, new Dictionary<string, string> { ["Seed"] = "1", ["precision"] = "BFloat16" }, "old.ckpt"));
        Assert.Contains("precision was Float32", error.Message);
    }

    [Fact]
    public void LayersWithRunningStatisticsStayFloat32()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(3);
        using var network = nn.Sequential(
            new Convolution(1, 8, 3, generator), nn.BatchNorm2d(8), nn.ReLU(), new Convolution(8, 3, 3, generator));
        var types = new List<(ScalarType Convolution, ScalarType Norm)>();
        var source = new DiscSource(16)
        {
            OnBatch = _ => types.Add((network.get_parameter("0.weight")!.dtype, network.get_parameter("1.weight")!.dtype)),
        };
        var result = new Trainer(network, new ScheduledLoss(), source, new DiscSource(4), Mixed with { Epochs = 4, LearningRate = 0.02 }).Run(folder.Path);
        Assert.All(types, pair => Assert.Equal((ScalarType.BFloat16, ScalarType.Float32), pair));
        Assert.True(result.Log[^1].TrainLoss < result.Log[0].TrainLoss);
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Assert.NotEqual(1f, network.get_parameter("1.weight")![0].item<float>());
    }

    [Fact]
    public void ANetworkThatInsistsOnFloat32IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        using var network = new Insisting();
        var trainer = new Trainer(network, new ScheduledLoss(), new DiscSource(8), new DiscSource(4), Mixed);
        var error = Assert.Throws<NotSupportedException>(() => trainer.Run(folder.Path, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("'Insisting' cannot compute in bfloat16", error.Message);
        Assert.Contains("Precision.Float32", error.Message);
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void AutoTrainsANetworkInFloat32ThatCannotComputeInBFloat16()
    {
        using var folder = new TemporaryFolder();
        using var network = new Insisting();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToList();
        var result = new Trainer(
            network, new ScheduledLoss(), new DiscSource(4), new DiscSource(4), new TrainingOptions { Epochs = 1, Precision = Precision.Auto }).Run(folder.Path);
        Assert.True(double.IsFinite(result.Log[0].TrainLoss));
        Assert.All(network.parameters().Zip(before), pair => Assert.False(Same(pair.First, pair.Second)));
        Assert.Equal(Precisions.HasFastBFloat16(CPU), result.Warnings.Any(warning => warning.Contains("trained in float32")));
    }

    [Fact]
    public void TheNetworkSeesTheWorkingCopyOnlyWhileItIsUsed()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 2);
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToList();
        using (var parameters = new FlatParameters(network, MemoryLayout.ChannelsLast, Precision.BFloat16))
        {
            parameters.Use(Precision.BFloat16);
            static ScalarType TypeOf(string name) => name.StartsWith("conv_final", StringComparison.Ordinal) ? ScalarType.Float32 : ScalarType.BFloat16;
            foreach (var ((name, parameter), original) in network.named_parameters().Zip(before))
            {
                Assert.True(parameter.requires_grad && parameter.is_leaf);
                Assert.True(Same(parameter, original.to(TypeOf(name))), name);
            }
            using (no_grad()) parameters.Values.mul_(3);
            parameters.RefreshWorkingCopy();
            Assert.All(network.named_parameters().Zip(before), pair => Assert.True(
                Same(pair.First.parameter, (pair.Second * 3).to(TypeOf(pair.First.name))), pair.First.name));
        }
        // Unrounded again, though the working copy was rounded.
        Assert.All(network.parameters().Zip(before), pair => Assert.True(Same(pair.First, pair.Second * 3)));
    }

    [Fact]
    public void AutoStandsForWhatTheDeviceHas()
    {
        var chosen = Precision.Auto.For(CPU);
        Assert.Equal(Precisions.HasFastBFloat16(CPU) ? Precision.BFloat16 : Precision.Float32, chosen);
        Assert.Equal(Precision.Float32, Precision.Float32.For(CPU));
        Assert.Equal(Precision.BFloat16, Precision.BFloat16.For(CPU));
        // The system's own list of the processor's features is a second opinion.
        if (!File.Exists("/proc/cpuinfo")) Assert.Skip("/proc/cpuinfo is not here to compare with");
        var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        var listed = flags.Split(' ').Any(flag => flag is "avx512_bf16" or "amx_bf16");
        Assert.Equal(listed, MarginNotebooks.Runtime.ProcessorFeatures.BFloat16 is not null);
    }

    private static bool Same(Tensor a, Tensor b) => a.dtype == b.dtype && (a == b).all().item<bool>();

    private sealed class Insisting : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight = new(rand(3, 1, 1, 1));

        public Insisting() : base(nameof(Insisting)) => RegisterComponents();

        public override Tensor forward(Tensor input) => nn.functional.conv2d(input.to(ScalarType.Float32), weight);
    }
}
