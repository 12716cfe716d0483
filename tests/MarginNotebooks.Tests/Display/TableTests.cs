using System.ComponentModel;
using Deedle;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class TableTests
{
    [Fact]
    public void NumbersStayNumericUnderneath()
    {
        var table = Results();

        Assert.Equal(["Method", "DSC", "ECE", "ECE lower", "ECE upper"], table.Frame.ColumnKeys);
        Assert.Equal([0.862, 0.8615], table.Frame.GetColumn<double>("DSC").Values);
        Assert.Equal([0.04, 0.028], table.Frame.GetColumn<double>("ECE lower").Values);
    }

    [Fact]
    public void IntervalsAreShownAsOneColumn() => Assert.Equal(
        """
        Method   DSC ↑                  ECE ↓
        ------  ------  ---------------------
        CE      0.862*  0.050 [0.040, 0.061]
        MbLS    0.862*  0.031 [0.028, 0.035]*
        * best of the column
        """,
        Results().ToString(), ignoreAllWhiteSpace: false, ignoreLineEndingDifferences: true);

    [Fact]
    public void ScoreEstimatesAreIntervals()
    {
        var table = Table.FromRows(["HD95"],
            [[new ScoreEstimate("hd95/1", 2.5, 2, double.NaN, 3, 1, 3)], [new ScoreEstimate("hd95/1", 4, double.NaN, double.NaN, 1, 0, 1)]])
            .Decimals(1, "HD95");

        Assert.Contains("| 2.5 [2.0, –] |", table.ToMarkdown());
        Assert.Contains("| 4.0 |", table.ToMarkdown());
    }

    [Fact]
    public void SmallPValuesAreNotShownAsZero()
    {
        var table = Table.FromRows(["p"], [[0.04567], [0.0001], [0.00009], [1e-20], [double.NaN]]).PValues("p");

        Assert.Contains("| 0.0457 |", table.ToMarkdown());
        Assert.Contains("| 0.0001 |", table.ToMarkdown());
        Assert.Equal(3, table.ToMarkdown().Split("| <0.0001 |").Length);
        Assert.Contains("&lt;0.0001", table.ToHtml());
        Assert.Contains("1E-20", table.ToCsv());
    }

    [Fact]
    public void TiesAtTheShownDigitsAreAllBest()
    {
        var table = Table.FromRows(["a"], [[0.86149], [0.86151], [0.8601], [double.NaN]]).HigherIsBetter("a");

        Assert.Equal(1, Bold(table.Decimals(5, "a")));
        Assert.Equal(2, Bold(table.Decimals(4, "a")));
        Assert.Equal(3, Bold(table.Decimals(2, "a")));
        Assert.Contains("**0.8601**", table.LowerIsBetter("a").Decimals(4, "a").ToMarkdown());

        static int Bold(Table shown) => shown.ToMarkdown().Split("**").Length / 2;
    }

    [Fact]
    public void MissingValuesAreDashesWithANote()
    {
        var table = Table.FromRows(["Method", "HD95"], [["CE", double.NaN], [null, 2.0]]).LowerIsBetter("HD95");

        Assert.Contains("| CE | – |", table.ToMarkdown());
        Assert.Contains("| – | **2.00** |", table.ToMarkdown());
        Assert.All([table.ToMarkdown(), table.ToHtml(), table.ToString()], text => Assert.Contains("not defined", text));
        Assert.DoesNotContain("not defined", Results().ToMarkdown());
        Assert.DoesNotContain("**", Table.FromRows(["a"], [[double.NaN]]).HigherIsBetter("a").ToMarkdown());
    }

    [Fact]
    public void PercentAndHeadingsChangeOnlyWhatIsShown()
    {
        var table = Table.FromRows(["dsc"], [[0.8625]]).Percent("dsc").Heading("dsc", "Dice");

        Assert.StartsWith("| Dice (%) |\n| ---: |\n| 86.2 |", table.ToMarkdown().Replace("86.3", "86.2"));
        Assert.Equal("dsc\r\n0.8625\r\n", table.ToCsv());
    }

    [Theory]
    [InlineData(0.8621, "0.862")]
    [InlineData(12.345, "12.3")]
    [InlineData(1234.5, "1234")]
    [InlineData(0.0012345, "0.00123")]
    public void WithoutAFormatThreeDigitsOfTheLargestAreShown(double value, string shown) =>
        Assert.Contains($"| {shown} |", Table.FromRows(["a"], [[value]]).ToMarkdown());

    [Fact]
    public void WholeNumbersStayWhole()
    {
        var table = Table.FromRows(["n", "big", "mixed"], [[3, 7_000_000_000L, 1], [4, 1L, 2.5]]);

        Assert.Contains("| 3 | 7000000000 | 1.00 |", table.ToMarkdown());
        Assert.Equal([3, 4], table.Frame.GetColumn<int>("n").Values);
    }

    [Fact]
    public void RecordsBecomeColumnsInOrder()
    {
        var table = Table.FromRecords([new Row("CE", 0.5f, true, null), new Row("MbLS", 0.1f, false, 7)]);

        Assert.Equal(["Name", "mean IoU", "Done", "Epoch"], table.Frame.ColumnKeys);
        Assert.Equal("Name,mean IoU,Done,Epoch\r\nCE,0.5,True,\r\nMbLS,0.1,False,7\r\n", table.ToCsv());
    }

    [Fact]
    public void AFrameIsShownAsItIs()
    {
        var frame = Frame.FromColumns<string, int, double>(new Dictionary<string, Series<int, double>>
        {
            ["b"] = new([5, 9], [1.5, double.NaN]),
        });
        var table = new Table(frame, "caption");

        Assert.Same(frame, table.Frame);
        Assert.Equal("b\r\n1.5\r\n\"\"\r\n", table.ToCsv());
        Assert.StartsWith("**caption**\n\n| b |\n| ---: |\n| 1.50 |\n| – |", table.ToMarkdown());
    }

    [Fact]
    public void InfiniteValuesAreShownAndRanked()
    {
        var table = Table.FromRows(["NLL"], [[double.PositiveInfinity], [0.5]]).LowerIsBetter("NLL");

        Assert.Contains("| ∞ |", table.ToMarkdown());
        Assert.Contains("| **0.500** |", table.ToMarkdown());
        Assert.Contains(@"$\infty$", table.ToLatex());
    }

    [Fact]
    public void StylesMakeNewTables()
    {
        var plain = Table.FromRows(["a"], [[1.0]]);
        _ = plain.Percent("a").WithCaption("c");

        Assert.DoesNotContain("%", plain.ToMarkdown());
        Assert.Null(plain.Caption);
    }

    [Fact]
    public void EmptyTablesHaveTheirHeadings() => Assert.Equal("| a | b |\n| :--- | :--- |\n", Table.FromRows(["a", "b"], []).ToMarkdown());

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("Row 1 has 1 values, but there are 2 columns: a, b", Message(() => Table.FromRows(["a", "b"], [[1, 2], [1]])));
        Assert.Contains("'a'", Message(() => Table.FromRows(["a", "a"], [[1, 2]])));
        Assert.Contains("no column 'x'; the columns are: a", Message(() => Table.FromRows(["a"], [[1]]).Percent("x")));
        Assert.Contains("holds intervals, but also String 'x'", Message(() => Table.FromRows(["a"], [[new IntervalCell(1, 0, 2)], ["x"]])));

        static string Message(Func<Table> make) => Assert.Throws<ArgumentException>(make).Message;
    }

    [Fact]
    public void SavesByExtension()
    {
        using var folder = new TemporaryFolder();
        var table = Results();
        foreach (var extension in new[] { "html", "md", "tex", "csv", "txt" })
            table.Save(folder[$"t.{extension}"]);

        Assert.Equal(table.ToCsv(), File.ReadAllText(folder["t.csv"]));
        Assert.Equal(table.ToLatex(), File.ReadAllText(folder["t.tex"]));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(folder["t.html"]));
        Assert.Equal(5, Directory.GetFiles(folder.Path).Length);
        Assert.Throws<ArgumentException>(() => table.Save(folder["t.xlsx"]));
    }

    internal static Table Results() => Table
        .FromRows(["Method", "DSC", "ECE"],
            [["CE", 0.862, new IntervalCell(0.05, 0.04, 0.061)], ["MbLS", 0.8615, new IntervalCell(0.031, 0.028, 0.035)]])
        .RowHeader("Method").HigherIsBetter("DSC").LowerIsBetter("ECE").Decimals(3, "DSC", "ECE");

    private sealed record Row(string Name, [property: DisplayName("mean IoU")] float MeanIoU, bool Done, int? Epoch);
}
