using MarginNotebooks.Studies;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Studies;

public sealed class ConfigurationPropertiesTests
{
    private static readonly RunConfiguration Run = new() { Dataset = "phantom", Method = "mbls-5", PhantomPatients = 20 };

    [Fact]
    public void Every_property_that_can_be_set_is_known_by_name()
    {
        var settable = typeof(RunConfiguration).GetProperties().Where(property => property.SetMethod is not null)
            .Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]);
        Assert.Equal(settable.Append("lambda").Order(), ConfigurationProperties.Names.Order());
    }

    [Fact]
    public void Values_are_taken_as_their_type_as_numbers_and_as_text()
    {
        Assert.Equal(7, ConfigurationProperties.With(Run, "epochs", 7).Epochs);
        Assert.Equal(7, ConfigurationProperties.With(Run, "EPOCHS", "7").Epochs);
        Assert.Equal(7, ConfigurationProperties.With(Run, "batch-size", 7.0).BatchSize);
        Assert.Equal(0.002, ConfigurationProperties.With(Run, "learningRate", "0.002").LearningRate);
        Assert.Equal(Precision.BFloat16, ConfigurationProperties.With(Run, "precision", "bfloat16").Precision);
        Assert.Equal(2.0, ConfigurationProperties.With(Run, "gradientClip", 2).GradientClip);
        Assert.Null(ConfigurationProperties.With(Run with { GradientClip = 2 }, "gradientClip", "none").GradientClip);
        Assert.Equal("mbls-5-lambda-0.2", ConfigurationProperties.With(Run, "lambda", "0.2").Method);
        Assert.Equal(100, Run.Epochs);
    }

    [Theory]
    [InlineData("epochs", "many", "'many' is no value of 'epochs': it takes a whole number.")]
    [InlineData("epochs", 1.5, "'1.5' is no value of 'epochs'")]
    [InlineData("epochs", null, "'none' is no value of 'epochs'")]
    [InlineData("precision", "float8", "one of float32, bfloat16, auto")]
    [InlineData("method", 5, "it takes a text")]
    [InlineData("lambda", "x", "it takes a number")]
    [InlineData("epoch", 5, "A run has no property 'epoch'. Known: dataset, method,")]
    public void What_does_not_fit_is_named(string name, object? value, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => ConfigurationProperties.With(Run, name, value)).Message);

    [Fact]
    public void Values_are_compared_however_they_are_written()
    {
        Assert.True(ConfigurationProperties.Has(Run, "epochs", "100"));
        Assert.True(ConfigurationProperties.Has(Run, "lambda", 0.1));
        Assert.False(ConfigurationProperties.Has(Run, "method", "ce"));
        Assert.Equal(["method", "seed"], ConfigurationProperties.Varying([Run, Run with { Method = "ce", Seed = 4 }]));
    }
}
