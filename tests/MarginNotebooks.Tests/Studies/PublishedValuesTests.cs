using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class PublishedValuesTests
{
    private const string Header = "experiment,dataset,method,score,value,source\n";

    [Fact]
    public void Figures_are_read_with_their_sources()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], Header + "main,acdc,mbls-5,dsc,0.5,\"A paper, Table 2, row 3\"\n");
        File.WriteAllText(folder["b.csv"], Header + "main,acdc,ce,dsc,2.5e-1,Another\n");
        var published = PublishedValues.Read(folder.Path);
        Assert.Equal(2, published.Values.Count);
        Assert.Equal(new PublishedValue("main", "acdc", "mbls-5", "dsc", 0.5, "A paper, Table 2, row 3"), published.Find("main", "acdc", "mbls-5", "dsc"));
        Assert.Equal(0.25, published.Find("main", "acdc", "ce", "dsc")!.Value);
        Assert.Null(published.Find("main", "acdc", "ce", "ece"));
        Assert.Empty(PublishedValues.Read(folder["missing"]).Values);
    }

    [Theory]
    [InlineData("main,acdc,mbls-5,dsc,0.5,\n", "line 2: 'source' is empty")]
    [InlineData("main,acdc,mbls-5,dsc,high,Paper\n", "'high' is not a number")]
    [InlineData("main,acdc,ce,dsc,0.5,Paper\nmain,acdc,no-such,dsc,0.5,Paper\n", "line 3: ")]
    [InlineData("main,acdc,ce,dsc,0.5,Paper\nmain,acdc,ce,dsc,0.6,Other\n", "both give dsc of ce on acdc")]
    public void A_row_that_cannot_be_used_is_named(string rows, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], Header + rows);
        var error = Assert.Throws<InvalidDataException>(() => PublishedValues.Read(folder.Path));
        Assert.Contains("a.csv", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Other_columns_are_an_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], "dataset,value\nacdc,1\n");
        Assert.Contains("the columns are dataset,value", Assert.Throws<InvalidDataException>(() => PublishedValues.Read(folder.Path)).Message);
    }

    [Fact]
    public void Ours_stand_beside_published_figures_and_their_difference()
    {
        var runs = ComparisonTests.Committed();
        var published = new PublishedValues([new PublishedValue("main", "hippocampus", "ce", "dsc", 0.9, "Test source")]);
        var table = ResultTables.AgainstPublished(runs, published, "main", ["dsc", "ece"]);
        var dice = ResultTables.Compare(runs, "authors", ["dsc", "ece"]);
        Assert.Equal(2 * dice.Frame.RowCount, table.Frame.RowCount);
        Assert.Equal(dice.Frame.GetColumn<double>("dsc").Values.First(), table.Frame.GetColumn<double>("Ours").Values.First(), 1e-12);
        Assert.Equal(dice.Frame.GetColumn<double>("dsc").Values.First() - 0.9, table.Frame.GetColumn<double>("Difference").Values.First(), 1e-12);
        Assert.Contains("Test source", table.Caption);
        Assert.Contains("–", table.ToMarkdown());
        Assert.Contains("not transcribed", ResultTables.AgainstPublished(runs, new PublishedValues([]), "main").Caption);
    }

    [Fact]
    public void The_repository_s_own_files_can_be_read() => PublishedValues.Read(Workspace.Find(AppContext.BaseDirectory).Published);
}
