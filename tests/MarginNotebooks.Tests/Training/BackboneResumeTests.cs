namespace MarginNotebooks.Tests.Training;

/// <summary>Interrupted runs of networks with running statistics, dropout and several outputs; torch's generator is shared, so nothing runs beside.</summary>
[Collection(nameof(SoleTests))]
public sealed class BackboneResumeTests
{
    [Theory]
    [InlineData("attunet")]
    [InlineData("transunet")]
    [InlineData("unetpp-ds")]
    [InlineData("nnunet")]
    public void CancelledAndResumedGivesTheSameBits(string key)
    {
        using var whole = new TemporaryFolder();
        using var parted = new TemporaryFolder();
        TrainingRun.Run(whole.Path, backbone: key);
        using var source = new CancellationTokenSource();
        var batches = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingRun.Run(parted.Path, _ =>
        {
            if (++batches == 10) source.Cancel();
        }, source.Token, backbone: key));
        Assert.True(TrainingRun.Run(parted.Path, backbone: key).Resumed);
        Assert.Equal(TrainingRun.Fingerprint(whole.Path), TrainingRun.Fingerprint(parted.Path));
    }
}
