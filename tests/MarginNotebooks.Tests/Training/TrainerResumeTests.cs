using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Training;

public sealed class TrainerResumeTests(TrainerResumeTests.Undisturbed undisturbed) : IClassFixture<TrainerResumeTests.Undisturbed>
{
    /// <summary>One run without any interruption.</summary>
    public sealed class Undisturbed : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Undisturbed()
        {
            Result = TrainingRun.Run(folder.Path);
            Fingerprint = TrainingRun.Fingerprint(folder.Path);
        }

        internal TrainingResult Result { get; }

        public string Fingerprint { get; }

        public void Dispose() => folder.Dispose();
    }

    [Fact]
    public void TheSameRunTwiceGivesTheSameBits()
    {
        using var folder = new TemporaryFolder();
        TrainingRun.Run(folder.Path);
        Assert.Equal(undisturbed.Fingerprint, TrainingRun.Fingerprint(folder.Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2, 5, 6)]
    [InlineData(7)]
    [InlineData(8, 13, 20)]
    [InlineData(21)]
    public void CancelledAndResumedGivesTheSameBits(params int[] cancelAfterBatches)
    {
        using var folder = new TemporaryFolder();
        var batches = 0;
        foreach (var limit in cancelAfterBatches)
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(folder.Path, _ =>
            {
                if (++batches == limit) source.Cancel();
            }, source.Token));
        }
        var result = TrainingRun.Run(folder.Path, _ => batches++);
        Assert.True(result.Resumed);
        // No batch was computed twice: cancelling stores the state it stops in.
        Assert.Equal(TrainingRun.Epochs * TrainingRun.Steps, batches);
        Assert.Equal(undisturbed.Fingerprint, TrainingRun.Fingerprint(folder.Path));
    }

    [Theory]
    [InlineData("crac")]
    [InlineData("adafocal")]
    [InlineData("mbls-classwise-1")]
    [InlineData("nacl-bilateral-filter")] // looks at the image
    public void ALossWithStateIsResumedWithWhatItHasLearned(string method)
    {
        using var whole = new TemporaryFolder();
        TrainingRun.Run(whole.Path, method: method);
        var expected = TrainingRun.Fingerprint(whole.Path);
        using var folder = new TemporaryFolder();
        var batches = 0;
        // In an epoch, with validation still to come, and at the beginning of the next.
        foreach (var limit in new[] { 5, 7, 12, 15 })
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(folder.Path, indices =>
            {
                // Classes are counted in batches of another size, before the first step.
                if (indices.Length <= TrainingRun.Options.BatchSize && ++batches == limit) source.Cancel();
            }, source.Token, method: method));
        }

        TrainingRun.Run(folder.Path, method: method);
        Assert.Equal(expected, TrainingRun.Fingerprint(folder.Path));
        Assert.Contains("=", expected.Split('\n')[0]); // there is a state
    }

    [Fact]
    public void AFinishedRunReturnsAtOnceWithItsResult()
    {
        using var folder = new TemporaryFolder();
        TrainingRun.Run(folder.Path);
        var batches = 0;
        var again = TrainingRun.Run(folder.Path, _ => batches++);
        Assert.Equal(0, batches);
        Assert.True(again.Resumed);
        Assert.Equal(undisturbed.Result.BestEpoch, again.BestEpoch);
        Assert.Equal(undisturbed.Result.BestMeanIoU, again.BestMeanIoU);
        Assert.Equal(TrainingRun.Epochs, again.Log.Count);
    }

    [Fact]
    public void AShorterRunCanBeProlonged()
    {
        using var folder = new TemporaryFolder();
        TrainingRun.Run(folder.Path, options: TrainingRun.Options with { Epochs = 1 });
        TrainingRun.Run(folder.Path);
        Assert.Equal(undisturbed.Fingerprint, TrainingRun.Fingerprint(folder.Path));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("missing")]
    public void ADamagedCheckpointIsNamedAndTheOneBeforeItIsUsed(string damage)
    {
        using var folder = new TemporaryFolder();
        Cancel(folder.Path, 12);
        Damage(folder["last.ckpt"], damage);
        var result = TrainingRun.Run(folder.Path);
        Assert.Equal(undisturbed.Fingerprint, TrainingRun.Fingerprint(folder.Path));
        // The damaged file is kept apart; it never takes the place of a good checkpoint.
        using (Checkpoint.Read(folder["previous.ckpt"]).File)
            Assert.Equal(damage != "missing", File.Exists(folder["damaged.ckpt"]));
        if (damage != "missing")
            Assert.Contains(result.Warnings, warning => warning.Contains("last.ckpt") && warning.Contains("previous.ckpt"));
    }

    [Fact]
    public void WhenBothCheckpointsAreDamagedTheErrorNamesThem()
    {
        using var folder = new TemporaryFolder();
        Cancel(folder.Path, 12);
        Damage(folder["last.ckpt"], "flipped");
        Damage(folder["previous.ckpt"], "truncated");
        var error = Assert.Throws<CheckpointException>(() => TrainingRun.Run(folder.Path));
        Assert.Contains("last.ckpt", error.Message);
        Assert.Contains("previous.ckpt", error.Message);
    }

    [Fact]
    public void OtherSettingsAreRefusedByName()
    {
        using var folder = new TemporaryFolder();
        Cancel(folder.Path, 2);
        var slower = TrainingRun.Options with { LearningRate = 1e-3 };
        var rate = Assert.Throws<CheckpointException>(() => TrainingRun.Run(folder.Path, options: slower));
        Assert.Contains("LearningRate was 0.005 and is 0.001", rate.Message);
        var loss = Assert.Throws<CheckpointException>(() => TrainingRun.Run(folder.Path, loss: "another"));
        Assert.Contains("loss was test loss and is another", loss.Message);
        var network = Assert.Throws<CheckpointException>(() => TrainingRun.Run(folder.Path, filters: 3));
        Assert.Contains("parameters have other names or shapes", network.Message);
    }

    [Fact]
    public void TwoProcessesCannotTrainInOneFolder()
    {
        using var folder = new TemporaryFolder();
        using var first = new RunFolder(folder.Path);
        var error = Assert.Throws<CheckpointException>(() => TrainingRun.Run(folder.Path));
        Assert.Contains(folder.Path, error.Message);
    }

    private static void Cancel(string folder, int afterBatches)
    {
        using var source = new CancellationTokenSource();
        var batches = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(folder, _ =>
        {
            if (++batches == afterBatches) source.Cancel();
        }, source.Token));
    }

    private static void Damage(string path, string how)
    {
        var bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "flipped":
                bytes[bytes.Length * 3 / 4] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "truncated":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            default:
                File.Delete(path);
                break;
        }
    }
}
