using MarginNotebooks.Data;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class PaperStudiesTests
{
    [Fact]
    public void Every_study_can_be_made_at_every_scale_and_on_every_data_set()
    {
        foreach (var template in PaperStudies.All)
        {
            foreach (var scale in Enum.GetValues<StudyScale>())
            {
                var study = template.At(scale, [.. DatasetCatalog.All.Select(info => info.Key)]);
                Assert.Equal(study.Runs.Count, study.Runs.Select(run => $"{run.Dataset}/{run.Name}").Distinct().Count());
                Assert.Equal(DatasetCatalog.All.Count, study.Runs.Select(run => run.Dataset).Distinct().Count());
                Assert.StartsWith(scale.ToString().ToLowerInvariant(), study.Scale);
            }
        }
    }

    [Fact]
    public void The_full_scale_is_the_papers_protocol()
    {
        Assert.All(NamedStudies.Get("main").Runs, run => Assert.Equal((32, 100, 50, 1e-3), (run.Filters, run.Epochs, run.LearningRateStep, run.LearningRate)));
        Assert.All(NamedStudies.Get("main", datasets: ["hippocampus"]).Runs, run => Assert.Equal(8, run.BatchSize));
        Assert.All(NamedStudies.Get("main", datasets: ["acdc"]).Runs, run => Assert.Equal(4, run.BatchSize));
    }

    [Theory]
    [InlineData("margin", 3)]
    [InlineData("posthoc", 3)]
    [InlineData("reliability", 9)]
    [InlineData("shift", 5)]
    public void Studies_share_runs_with_the_main_one(string name, int methods)
    {
        var main = NamedStudies.Get("main", StudyScale.Quick).Runs.ToHashSet();
        var shared = NamedStudies.Get(name, StudyScale.Quick).Runs.Where(main.Contains).Select(run => run.Method).Distinct().Count();
        Assert.Equal(methods, shared);
    }

    [Theory]
    [InlineData("hippocampus", 1)]
    [InlineData("acdc", 2)]
    public void The_reduced_scale_gives_every_method_the_same_smaller_protocol_and_says_so(string dataset, int downsampling)
    {
        var study = NamedStudies.Get("main", StudyScale.Reduced, [dataset]);
        Assert.Single(study.Runs.Select(run => run with { Method = "ce", Seed = 1 }).Distinct());
        Assert.Equal(27, study.Runs.Count);
        Assert.All(study.Runs, run => Assert.Equal(downsampling, run.Downsampling));
        Assert.Equal(downsampling > 1, study.Scale!.Contains($"resolution divided by {downsampling}"));
        Assert.Contains("mixed precision", study.Scale);
    }

    [Theory]
    [InlineData("hippocampus", 30)]
    [InlineData("acdc", 60)]
    public void The_longer_study_differs_from_the_main_one_in_its_epochs_alone(string dataset, int epochs)
    {
        var main = NamedStudies.Get("main", StudyScale.Reduced, [dataset]).Runs.ToHashSet();
        var longer = NamedStudies.Get("longer", datasets: [dataset]).Runs;
        Assert.Equal(12, longer.Count);
        Assert.All(longer, run => Assert.Equal(epochs, run.Epochs));
        Assert.All(longer, run => Assert.Contains(run with { Epochs = run.Epochs / 5, LearningRateStep = run.LearningRateStep / 5 }, main));
    }

    [Fact]
    public void Names_data_sets_and_seeds_that_are_not_there_are_named()
    {
        Assert.Contains("Known: main, margin", Assert.Throws<ArgumentException>(() => NamedStudies.Get("mian")).Message);
        Assert.Contains("'fantom'", Assert.Throws<ArgumentException>(() => NamedStudies.Get("main", datasets: ["fantom"])).Message);
        Assert.Contains("no runs", Assert.Throws<ArgumentException>(() => NamedStudies.Get("hippocampus", seeds: [77])).Message);
        Assert.Equal([7], NamedStudies.Get("main", seeds: [7]).Runs.Select(run => run.Seed).Distinct());
    }

    [Fact]
    public void Settings_change_every_run_and_the_caption_says_so()
    {
        var study = NamedStudies.Get("main", StudyScale.Quick).With([("epochs", "3"), ("precision", "bfloat16")]);
        Assert.All(study.Runs, run => Assert.Equal(3, run.Epochs));
        Assert.EndsWith("with epochs = 3, precision = bfloat16", study.Scale);
    }

    [Fact]
    public void The_overview_counts_finished_seeds_and_missing_runs_are_left_out_unless_training_is_asked_for()
    {
        var store = new RunStore(Workspace.Find(AppContext.BaseDirectory).Results);
        var study = NamedStudies.Hippocampus() with { Runs = [.. NamedStudies.Hippocampus().Runs, NamedStudies.Hippocampus().Runs[0] with { Seed = 77 }] };
        var text = study.Overview(store).ToString();
        Assert.Contains("2 of 3", text);
        Assert.Contains("16 of 17 runs", text);
        Assert.Equal(16, study.Collect(store, train: false, new ExperimentOptions()).Count);
        var nothing = study with { Runs = [study.Runs[^1]] };
        Assert.Contains("--seed 77", Assert.Throws<FileNotFoundException>(() => nothing.Collect(store, train: false, new ExperimentOptions())).Message);
    }
}
