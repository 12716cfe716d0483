using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Training;

public sealed class TrainerTests
{
    [Theory]
    [InlineData(MemoryLayout.ChannelsLast)]
    [InlineData(MemoryLayout.Contiguous)]
    public void TrainingLearnsToFindTheDisc(MemoryLayout layout)
    {
        using var folder = new TemporaryFolder();
        using var network = new UNet(1, 3, 8);
        var options = new TrainingOptions { Epochs = 8, BatchSize = 4, LearningRate = 5e-3, StepFraction = 0.75, Layout = layout };
        var result = new Trainer(network, new ScheduledLoss(), new DiscSource(40), new DiscSource(10, seed: 2), options).Run(folder.Path);
        Assert.True(result.Log[^1].TrainLoss < 0.5 * result.Log[0].TrainLoss);
        Assert.True(result.BestMeanIoU > 0.7, $"best mean IoU {result.BestMeanIoU}");
        Assert.Equal(result.Log.Max(r => r.ValidationMeanIoU), result.BestMeanIoU);
        Assert.Equal(result.BestEpoch, result.Log.First(r => r.ValidationMeanIoU == result.BestMeanIoU).Epoch);
        Assert.Equal([5e-3, 5e-3, 5e-3, 5e-3, 5e-3, 5e-3, 5e-3 * 0.1, 5e-3 * 0.1], result.Log.Select(r => r.LearningRate));
        Assert.Equal(["ce", "size"], result.Log[0].TrainTerms.Keys);
        Assert.Equal(result.Log.Count, EpochLog.Read(folder["epochs.jsonl"]).Count);
        Assert.False(result.Resumed);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void TheStoredBestWeightsReachTheBestScore()
    {
        using var folder = new TemporaryFolder();
        var validation = new DiscSource(9, seed: 2);
        var result = TrainingRun.Run(folder.Path, options: TrainingRun.Options with { Epochs = 5, LearningRate = 0.02 });
        using var network = UNet.Load(result.BestWeightsPath);
        var areas = new ForegroundMeanIoU(3);
        new Predictor(network).ForEachBatch(validation, (_, logits, labels) => areas.AddLogits(logits, labels));
        Assert.Equal(result.BestMeanIoU, areas.Value, 1e-12);
    }

    [Fact]
    public void EveryEpochVisitsItsOrderOnce()
    {
        using var folder = new TemporaryFolder();
        var visited = new List<int>();
        TrainingRun.Run(folder.Path, visited.AddRange);
        var source = new DiscSource(26);
        Assert.Equal(Enumerable.Range(0, TrainingRun.Epochs).SelectMany(epoch => source.EpochOrder(TrainingRun.Options.Seed, epoch)), visited);
    }

    [Fact]
    public void ANonFiniteLossStopsWithPlaceAndAdviceAndKeepsTheCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var network = new UNet(1, 3, 2);
        // 7 training and 1 validation calls an epoch: call 12 is step 5 of the second epoch.
        var loss = new FactorLoss(call => call == 12 ? float.NaN : 1);
        var options = new TrainingOptions { Epochs = 3, BatchSize = 4, CheckpointEverySteps = 2 };
        var trainer = new Trainer(network, loss, new DiscSource(26), new DiscSource(9), options);
        var error = Assert.Throws<NonFiniteLossException>(() => trainer.Run(folder.Path));
        Assert.Contains("epoch 1, step 5 of 7", error.Message);
        Assert.Contains("factor loss", error.Message);
        Assert.Contains("GradientClipNorm", error.Message);
        var (state, file) = Checkpoint.Read(folder["last.ckpt"]);
        using (file)
        {
            Assert.Equal((1, 4), (state.Epoch, state.Step));
            Assert.All(file.Tensors.Where(t => t.Key != "rng"), t => Assert.True(t.Value.isfinite().all().item<bool>()));
        }
    }

    [Fact]
    public void ParametersKeepTheirLayoutWhileTheyAreTrained()
    {
        using var folder = new TemporaryFolder();
        using var network = new UNet(1, 3, 4);
        var strides = new List<long[]>();
        var source = new DiscSource(26) { OnBatch = _ => strides.Add(network.get_parameter("up.0.l1.conv.weight")!.stride()) };
        new Trainer(network, new ScheduledLoss(), source, new DiscSource(4), TrainingRun.Options).Run(folder.Path);
        // (4, 12, 3, 3) with its 12 input channels side by side.
        Assert.All(strides, s => Assert.Equal([108, 1, 36, 12], s));
        Assert.Equal(TrainingRun.Epochs * TrainingRun.Steps, strides.Count);
    }

    [Fact]
    public void ProgressEndsEveryEpochAndTheRun()
    {
        using var folder = new TemporaryFolder();
        var reports = new Reports();
        var result = TrainingRun.Run(folder.Path, progress: reports);
        Assert.Equal(result.Log, reports.Seen.Where(r => r.Phase == TrainingPhase.EpochFinished).Select(r => r.Finished!));
        Assert.Equal(TrainingPhase.Completed, reports.Seen[^1].Phase);
        Assert.Equal(reports.Seen.Select(r => r.Fraction).Order(), reports.Seen.Select(r => r.Fraction));
        var timed = reports.Seen.Count(r => r.Phase is TrainingPhase.Training or TrainingPhase.Validating);
        Assert.True(timed <= 1 + 2 * reports.Seen[^1].Elapsed.TotalSeconds, $"{timed} reports in {reports.Seen[^1].Elapsed}");
    }

    [Fact]
    public void SenselessOptionsAreNamed()
    {
        static string Message(TrainingOptions options) => Assert.Throws<ArgumentException>(() => options.Validated()).Message;
        Assert.Contains("BatchSize is 0", Message(new TrainingOptions { BatchSize = 0 }));
        Assert.Contains("StepFraction is 1.5", Message(new TrainingOptions { StepFraction = 1.5 }));
        Assert.Contains("LearningRate is NaN", Message(new TrainingOptions { LearningRate = double.NaN }));
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public void Report(TrainingProgress value) => Seen.Add(value);
    }
}
