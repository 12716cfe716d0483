using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Studies;

public sealed class RunStoreTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("margin-store-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    internal static RunResults Example(string method = "ce", int seed = 1)
    {
        var bins = new BinSums(3);
        (bins.Count[2], bins.Confidence[2], bins.Correct[2]) = (10, 9.25, 8);
        return new RunResults(
            new RunRecord
            {
                Configuration = new RunConfiguration { Dataset = "phantom", Method = method, Seed = seed, Epochs = 2, PhantomPatients = 10 },
                Command = "margin train",
                Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                TrainingSeconds = 1.5,
                EvaluationSeconds = 0.5,
                Resumed = false,
                Device = "cpu",
                Environment = new EnvironmentReport
                {
                    Kit = "0",
                    DotNet = "10",
                    TorchSharp = "0",
                    LibTorch = "2",
                    System = "s",
                    Processor = "p",
                    Threads = 2,
                    Devices = "cpu",
                },
                DataChecksum = "00",
                DataCounts = [8, 1, 2],
                ClassNames = ["background", "one"],
                BestEpoch = 1,
                BestMeanIoU = 0.5,
            },
            [
                new EpochRecord(0, 1e-3, 0.7, new Dictionary<string, double> { ["ce"] = 0.7 }, 0.6, 0.4, 0.75),
                new EpochRecord(1, 1e-4, 0.5, new Dictionary<string, double> { ["ce"] = 0.5 }, double.NaN, 0.5, 0.75),
            ],
            [
                new CaseRow("sound", "a", "p1", new Dictionary<string, double> { ["dsc"] = 0.123456789012345678, ["hd95"] = double.NaN }),
                new CaseRow("sound", "b", "p2", new Dictionary<string, double> { ["dsc"] = 1, ["hd95"] = 2 }),
            ],
            [new ReliabilityRow("all", "a", "p1", bins)]);
    }

    [Fact]
    public void A_run_comes_back_as_it_went()
    {
        var store = new RunStore(root);
        var run = Example();
        store.Save(run);
        var back = store.Load(run.Record.Configuration);

        Assert.Equivalent(run.Record, back.Record, strict: true);
        Assert.Equal(run.Epochs.Count, back.Epochs.Count);
        Assert.Equivalent(run.Epochs[0], back.Epochs[0], strict: true);
        Assert.True(double.IsNaN(back.Epochs[1].ValidationLoss));
        Assert.Equal(run.Cases[0].Values["dsc"], back.Cases[0].Values["dsc"]);
        Assert.True(double.IsNaN(back.Cases[0].Values["hd95"]));
        Assert.Equal([0, 0, 10], back.Reliability[0].Bins.Count);
        Assert.Equal(9.25, back.Reliability[0].Bins.Confidence[2]);
    }

    [Fact]
    public void Validation_scores_come_back_to_the_last_digit()
    {
        var store = new RunStore(root);
        var run = Example();
        var scored = run with
        {
            Epochs =
            [
                run.Epochs[0] with { Validation = new ValidationScores(1.0 / 3, 0.123456789012345678, 2e-17, 12.5) },
                run.Epochs[1] with { Validation = new ValidationScores(0, double.NaN, double.NaN, double.NaN) },
            ],
        };
        store.Save(scored);
        Assert.Equal(scored.Epochs.Select(epoch => epoch.Validation), store.Load(run.Record.Configuration).Epochs.Select(epoch => epoch.Validation));
    }

    [Fact]
    public void A_log_from_before_there_were_validation_scores_is_read_without_them()
    {
        var store = new RunStore(root);
        var folder = store.Save(Example());
        var old = File.ReadAllLines(Path.Combine(folder, "epochs.csv"));
        // Nothing was scored, so the table is the one that was written before there were such scores.
        Assert.Equal("epoch,learning_rate,train_loss,validation_loss,validation_mean_iou,seconds,train_ce", old[0]);
        var back = store.Load(Example().Record.Configuration);
        Assert.All(back.Epochs, epoch => Assert.Null(epoch.Validation));
        Assert.Equal(0.7, back.Epochs[0].TrainTerms["ce"]);
    }

    [Fact]
    public void Saving_again_replaces_and_leaves_nothing_beside()
    {
        var store = new RunStore(root);
        store.Save(Example());
        store.Save(Example());
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(root, "phantom")));
        Assert.Single(store.LoadAll("phantom"));
    }

    [Fact]
    public void A_missing_run_is_named_with_the_command_that_makes_it()
    {
        var configuration = Example("mbls-5", 3).Record.Configuration;
        var error = Assert.Throws<FileNotFoundException>(() => new RunStore(root).Load(configuration));
        Assert.Contains("margin train --dataset phantom --method mbls-5 --seed 3", error.Message);
    }

    [Fact]
    public void A_damaged_record_is_named()
    {
        var store = new RunStore(root);
        var folder = store.Save(Example());
        File.WriteAllText(Path.Combine(folder, "run.json"), "{ \"configuration\": ");
        Assert.Contains(folder, Assert.Throws<InvalidDataException>(() => store.LoadAll("phantom")).Message);
    }

    [Fact]
    public void A_name_with_a_comma_cannot_break_a_table()
    {
        var run = Example();
        var odd = run with { Cases = [run.Cases[0] with { CaseId = "a,b" }] };
        Assert.Contains("a,b", Assert.Throws<ArgumentException>(() => new RunStore(root).Save(odd)).Message);
        Assert.Empty(new RunStore(root).LoadAll("phantom"));
    }
}
