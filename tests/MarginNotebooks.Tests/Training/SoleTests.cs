using MarginNotebooks.Models;
using MarginNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

/// <summary>
/// Tests that watch what the whole process shares, its memory and torch's global generator: no other test runs beside them.
/// </summary>
[CollectionDefinition(nameof(SoleTests), DisableParallelization = true)]
[Collection(nameof(SoleTests))]
public sealed class SoleTests
{
    [Theory]
    [InlineData(Precision.Float32, "unet")]
    [InlineData(Precision.BFloat16, "unet")]
    [InlineData(Precision.Float32, "nnunet")]
    public void MemoryStaysFlatOver200Steps(Precision precision, string backbone)
    {
        using var folder = new TemporaryFolder();
        using var network = BackboneCatalog.Create(backbone, new BackboneSettings(1, 3, 4, 32, 32));
        var options = new TrainingOptions { Epochs = 1, BatchSize = 4, CheckpointEverySteps = 40, Precision = precision };
        var live = new List<long>();
        var resident = new List<long>();
        var source = new DiscSource(4 * 240)
        {
            OnBatch = _ =>
            {
                live.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
                resident.Add(Environment.WorkingSet);
            },
        };
        new Trainer(network, new ScheduledLoss(), source, new DiscSource(4), options).Run(folder.Path);
        Assert.Equal(240, live.Count);
        // After 40 steps (caches, compiled code, the first checkpoint) nothing may grow.
        Assert.All(live.Skip(40), count => Assert.Equal(live[40], count));
        var growth = resident[239] - resident[40];
        Assert.True(growth < 30_000_000, $"resident memory grew by {growth / 1e6:0} MB in 200 steps");
    }

    [Fact]
    public void DenormalsAreFlushedOnEveryThreadForwardAndBackward()
    {
        MarginNotebooks.Runtime.TorchRuntime.FlushDenormals();
        var threads = get_num_threads();
        try
        {
            set_num_threads(4);
            using var scope = NewDisposeScope();
            // 2²² values: every thread gets a share. Products of 1e-20 and 1e-20 are denormal.
            var x = full([1 << 22], 1e-20f).requires_grad_(true);
            var y = x * full_like(x, 1e-20f).detach();
            Assert.Equal(0, y.count_nonzero().item<long>());
            y.backward([full_like(y, 1e-20f)]);
            Assert.Equal(0, x.grad!.count_nonzero().item<long>());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void ANetworkWithDropoutResumesWithTheSameDraws()
    {
        using var whole = new TemporaryFolder();
        using var parted = new TemporaryFolder();
        Train(whole.Path, 0);
        Assert.ThrowsAny<OperationCanceledException>(() => Train(parted.Path, 9));
        _ = rand(100); // someone else draws in between
        Train(parted.Path, 0);
        using var a = Checkpoint.Read(whole["last.ckpt"]).File;
        using var b = Checkpoint.Read(parted["last.ckpt"]).File;
        foreach (var (name, tensor) in a.Tensors) Assert.Equal(tensor.bytes.ToArray(), b.Tensors[name].bytes.ToArray());
    }

    [Fact]
    public void AnotherNumberOfThreadsIsWarnedOf()
    {
        using var folder = new TemporaryFolder();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(folder.Path, 9));
        var threads = get_num_threads();
        try
        {
            set_num_threads(threads + 1);
            var warning = Assert.Single(Train(folder.Path, 0).Warnings);
            Assert.Contains($"threads was {threads} and is {threads + 1}", warning);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static TrainingResult Train(string folder, int cancelAfter)
    {
        using var cancellation = new CancellationTokenSource();
        using var generator = new Generator(3);
        using var network = nn.Sequential(
            new Convolution(1, 4, 3, generator), nn.ReLU(), nn.Dropout(0.5), new Convolution(4, 3, 3, generator));
        var batches = 0;
        var source = new DiscSource(26)
        {
            OnBatch = _ =>
            {
                if (++batches == cancelAfter) cancellation.Cancel();
            },
        };
        return new Trainer(network, new ScheduledLoss(), source, new DiscSource(4), TrainingRun.Options)
            .Run(folder, cancellation: cancellation.Token);
    }
}
