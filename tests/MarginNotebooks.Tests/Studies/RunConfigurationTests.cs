using System.Text.Json;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Studies;

public sealed class RunConfigurationTests
{
    private static readonly RunConfiguration Example = new() { Dataset = "hippocampus", Method = "mbls-5", Seed = 2, Filters = 8, Epochs = 10, BatchSize = 16 };

    [Fact]
    public void Equal_configurations_share_a_name_and_any_change_gives_another()
    {
        Assert.Equal(Example.Name, (Example with { }).Name);
        string[] names =
        [
            Example.Name,
            (Example with { Seed = 3 }).Name,
            (Example with { Filters = 16 }).Name,
            (Example with { Epochs = 11 }).Name,
            (Example with { LearningRate = 2e-3 }).Name,
            (Example with { GradientClip = 2 }).Name,
            (Example with { Dataset = "acdc" }).Name,
            (Example with { Method = "ce" }).Name,
            (Example with { Precision = Precision.BFloat16 }).Name,
            (Example with { Backbone = "attunet" }).Name,
            (Example with { Dropout = 0.5 }).Name,
            (Example with { Downsampling = 2 }).Name,
            (Example with { Downsampling = 3 }).Name,
            (Example with { InitialWeights = "a", InitialWeightsSha256 = "1" }).Name,
            (Example with { InitialWeights = "a", InitialWeightsSha256 = "2" }).Name,
        ];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void The_command_names_every_value_that_matters()
    {
        Assert.Equal(
            "margin train --dataset hippocampus --method mbls-5 --seed 2 --filters 8 --epochs 10 --batch-size 16 --lr 0.001 --lr-step 50 --precision float32",
            Example.Command);
        Assert.EndsWith(" --precision bfloat16 --clip 2", (Example with { Precision = Precision.BFloat16, GradientClip = 2 }).Command);
        Assert.EndsWith(" --clip 2", (Example with { GradientClip = 2 }).Command);
        Assert.EndsWith(" --clip 2 --backbone attunet", (Example with { GradientClip = 2, Backbone = "attunet" }).Command);
        Assert.EndsWith(" --downsampling 2", (Example with { Downsampling = 2 }).Command);
        Assert.DoesNotContain("downsampling", Example.Command);
        Assert.EndsWith(" --dropout 0.5", (Example with { Dropout = 0.5 }).Command);
        Assert.EndsWith(" --initial-weights 'a b.pth'", (Example with { InitialWeights = "a b.pth", InitialWeightsSha256 = "1" }).Command);
    }

    [Fact]
    public void Runs_from_before_there_was_a_choice_of_precision_keep_their_names()
    {
        // As stored in notebooks/results.
        RunConfiguration stored = new() { Dataset = "hippocampus", Method = "ce", Seed = 1, Filters = 8, Epochs = 8, BatchSize = 16, LearningRateStep = 6 };
        Assert.Equal("ce-seed1-50350730", stored.Name);
        const string record = "{\"dataset\":\"hippocampus\",\"method\":\"ce\",\"seed\":1,\"filters\":8,\"epochs\":8,\"batchSize\":16,\"learningRateStep\":6}";
        Assert.Equal(stored, JsonSerializer.Deserialize<RunConfiguration>(record, RunRecord.Json));
        Assert.Contains("\"precision\": \"Float32\"", JsonSerializer.Serialize(stored, RunRecord.Json));
    }

    [Fact]
    public void Runs_from_before_images_could_be_made_smaller_keep_their_names()
    {
        // As stored in notebooks/results: the hash is that of the JSON without the property.
        RunConfiguration stored = new() { Dataset = "hippocampus", Method = "ce", Seed = 1, Filters = 8, Epochs = 8, BatchSize = 16, LearningRateStep = 6, Downsampling = 1 };
        Assert.Equal("ce-seed1-50350730", stored.Name);
        Assert.NotEqual(stored.Name, (stored with { Downsampling = 2 }).Name);
        const string record = "{\"dataset\":\"hippocampus\",\"method\":\"ce\",\"downsampling\":2}";
        var read = JsonSerializer.Deserialize<RunConfiguration>(record, RunRecord.Json)!;
        Assert.Equal(2, read.Downsampling);
        Assert.Equal(read, JsonSerializer.Deserialize<RunConfiguration>(JsonSerializer.Serialize(read, RunRecord.Json), RunRecord.Json));
        Assert.Throws<ArgumentOutOfRangeException>(() => (stored with { Downsampling = 0 }).Validated());
    }

    [Fact]
    public void Where_initial_weights_lie_is_not_part_of_a_name()
    {
        var one = Example with { InitialWeights = "here/a.pth", InitialWeightsSha256 = "1" };
        Assert.Equal(one.Name, (one with { InitialWeights = "there/b.pth" }).Name);
        Assert.Throws<ArgumentException>(() => (Example with { InitialWeights = "a" }).Validated());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Example with { Dropout = 1 }).Validated());
        Assert.Contains("choose unet", Assert.Throws<ArgumentException>(() => (Example with { Dropout = 0.5, Backbone = "attunet" }).Validated()).Message);
        Assert.Contains("attunet", Assert.Throws<ArgumentException>(() => (Example with { Backbone = "nonsense" }).Validated()).Message);
    }

    [Fact]
    public void A_record_never_says_auto()
    {
        var error = Assert.Throws<ArgumentException>(() => (Example with { Precision = Precision.Auto }).Validated());
        Assert.Contains("Float32 or BFloat16", error.Message);
    }

    [Fact]
    public void Impossible_values_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => (Example with { Epochs = 0 }).Validated());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Example with { LearningRate = 0 }).Validated());
        Assert.Contains("nonsense", Assert.Throws<ArgumentException>(() => (Example with { Method = "nonsense" }).Validated()).Message);
    }
}
