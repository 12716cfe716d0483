using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class MemoryGateTests
{
    [Fact]
    public async Task Never_more_than_the_budget_and_everyone_gets_a_turn()
    {
        var gate = new MemoryGate(100);
        var (taken, most, done) = (0L, 0L, 0);
        var sizes = Enumerable.Range(0, 60).Select(i => new long[] { 10, 45, 60, 250 }[i % 4]).ToList();
        await Task.WhenAll(sizes.Select(size => Task.Run(() =>
        {
            using (gate.Enter(size))
            {
                var now = Interlocked.Add(ref taken, Math.Min(size, 100));
                lock (gate)
                    most = Math.Max(most, now);
                Thread.Sleep(1);
                Interlocked.Add(ref taken, -Math.Min(size, 100));
            }
            Interlocked.Increment(ref done);
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(60, done);
        Assert.InRange(most, 1, 100);
    }

    [Fact]
    public void A_small_budget_slows_a_preparation_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 6);
        var item = new HippocampusSource().List(folder["in"]).Cases[0];
        // 40 bytes for each of 6×7×5 intensities, 20 for each label.
        Assert.Equal(60 * 210, SourceSize.Estimate(folder["in"], item));
        var report = new DatasetPreparer(new HippocampusSource(), new PreparationOptions { MemoryBudget = 1, Parallelism = 4 }).Prepare(folder["in"], folder["out"]);
        Assert.Equal(6, report.Prepared);
        Assert.Empty(InTest.Verify(folder["out"]));
    }
}
