using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class StudyFileTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("margin-study-file-").FullName, "study.json");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private const string Example = """
        {
          "name": "mine", "purpose": "why", // a person wrote this
          "base": { "dataset": "phantom", "phantomPatients": 20, "filters": 8, "epochs": 12 },
          "axes": { "method": ["ce", "mbls-5"], "seed": [1, 2] },
          "exclude": [ { "method": "ce", "seed": 2 } ],
        }
        """;

    [Fact]
    public void A_grid_is_read()
    {
        var study = Read(Example);
        Assert.Equal(("mine", "why"), (study.Name, study.Purpose));
        Assert.Equal([("ce", 1), ("mbls-5", 1), ("mbls-5", 2)], study.Runs.Select(run => (run.Method, run.Seed)));
        Assert.All(study.Runs, run => Assert.Equal((20, 8, 12), (run.PhantomPatients, run.Filters, run.Epochs)));
    }

    [Fact]
    public void Several_grids_are_joined_and_share_runs()
    {
        var study = Read("""
            { "name": "two", "grids": [
              { "base": { "dataset": "phantom", "phantomPatients": 9, "method": "mbls-5" }, "axes": { "lambda": [0.1, 0.2] } },
              { "base": { "dataset": "phantom", "phantomPatients": 9 }, "axes": { "method": ["ce", "mbls-5"] } } ] }
            """);
        Assert.Equal(["mbls-5", "mbls-5-lambda-0.2", "ce"], study.Runs.Select(run => run.Method));
    }

    [Fact]
    public void What_was_written_is_read_with_the_same_runs()
    {
        var study = NamedStudies.Get("margin", StudyScale.Quick) with { Scale = "quick «λ»" };
        StudyFile.Write(path, study);
        var back = StudyFile.Read(path);
        Assert.Equal(study.Runs, back.Runs);
        Assert.Equal(study.Runs.Select(run => run.Name), back.Runs.Select(run => run.Name));
        Assert.Equal((study.Name, study.Purpose, study.Scale), (back.Name, back.Purpose, back.Scale));
    }

    [Theory]
    [InlineData("\"purpose\": \"why\"", "\"porpose\": \"why\"", "line 2: a study has no property 'porpose'")]
    [InlineData("\"filters\": 8", "\"filter\": 8", "line 3: a run has no property 'filter'. Known: dataset,")]
    [InlineData("\"filters\": 8", "\"filters\": \"eight\"", "line 3: 'eight' is no value of 'filters'")]
    [InlineData("\"filters\": 8", "\"filters\": 0", "Filters")]
    [InlineData("\"mbls-5\"", "\"mbsl-5\"", "line 4: Unknown method 'mbsl-5'")]
    [InlineData("\"phantom\"", "\"fantom\"", "line 3: there is no data set 'fantom'; known are phantom,")]
    [InlineData("\"seed\": [1, 2]", "\"seed\": 1", "line 4: 'seed' must be a list")]
    [InlineData("\"seed\": [1, 2]", "\"sede\": [1, 2]", "line 4: a run has no property 'sede'")]
    [InlineData("\"seed\": [1, 2]", "\"seed\": [1, 1]", "line 4: The axis 'seed' has the value '1' twice")]
    [InlineData("\"seed\": 2 }", "\"seeed\": 2 }", "line 5: a run has no property 'seeed'")]
    [InlineData("\"name\": \"mine\"", "\"name\": \"my/own\"", "line 2: the name 'my/own'")]
    [InlineData("\"name\": \"mine\",", "", "line 1: 'name' is missing")]
    [InlineData("\"dataset\": \"phantom\", ", "", "line 3: base has no 'dataset', and no axis gives it")]
    [InlineData("\"base\":", "\"runs\": [], \"base\":", "one of 'base', 'grids' and 'runs'; this one has base and runs")]
    [InlineData("\"seed\": [1, 2] }", "\"seed\": [1, 2]", "line 6: not JSON")]
    [InlineData("\"epochs\": 12", "\"epochs\": 12, \"epochs\": 13", "line 3: 'epochs' is there twice")]
    public void A_mistake_is_named_with_file_line_and_property(string from, string to, string expected)
    {
        Assert.Contains(from, Example);
        var error = Assert.Throws<InvalidDataException>(() => Read(Example.Replace(from, to, StringComparison.Ordinal)));
        Assert.StartsWith($"'{path}', line ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    private Study Read(string text)
    {
        File.WriteAllText(path, text);
        return StudyFile.Read(path);
    }
}
