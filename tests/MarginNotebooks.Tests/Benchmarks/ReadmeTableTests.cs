using MarginNotebooks.Benchmarks.Report;

namespace MarginNotebooks.Tests.Benchmarks;

public sealed class ReadmeTableTests
{
    private const string Before = "# Title\n\ntext\n";
    private const string After = "\nmore text\n";
    private const string Empty = Before + ReadmeTable.Begin + "\nold\n" + ReadmeTable.End + After;

    [Fact]
    public void A_row_shows_both_sides_the_figure_the_requirement_and_whether_it_is_reached()
    {
        var table = ReadmeTable.Markdown([Row(figure: 2.345)]);
        Assert.Contains("| step | 20.0 ms (kit) | 46.9 ms (plain) | **2.35 ×** | ≥ 2 × | reached |", table);
        Assert.Contains("*Measured on CPU name, 2 threads of 4 cores, 16.0 GiB, System, cpu; 2026-11-23, commit abcdef0; medians.*", table);
        Assert.DoesNotContain("- **", table);
    }

    [Fact]
    public void A_row_that_falls_short_says_so_with_the_reason()
    {
        var table = ReadmeTable.Markdown([Row(figure: 1.2) with { Note = "memory bound; tiles were tried" }, Row(figure: 1.1) with { Title = "other" }]);
        Assert.Contains("| **1.20 ×** | ≥ 2 × | **not reached** |", table);
        Assert.Contains("- **step**: memory bound; tiles were tried", table);
        Assert.Contains("- **other**: the reason is not known yet.", table);
    }

    [Fact]
    public void A_fault_takes_the_merit_from_a_good_figure()
    {
        var row = Row(figure: 50) with { Fault = "The results differ." };
        Assert.False(row.Reached);
        Assert.Contains("- **step**: The results differ.", ReadmeTable.Markdown([row]));
    }

    [Fact]
    public void A_row_that_could_not_be_measured_names_what_is_missing()
    {
        var row = Row(figure: null) with { Ours = null, Competitor = null, Note = "No GPU here." };
        var table = ReadmeTable.Markdown([row]);
        Assert.Contains("| step | – | – | – | ≥ 2 × | not measured |", table);
        Assert.Contains("- **step**: No GPU here.", table);
        Assert.DoesNotContain("Measured on", table);
    }

    [Fact]
    public void A_row_without_requirement_is_shown_and_its_remark_stays_in_the_file()
    {
        var table = ReadmeTable.Markdown([Row(figure: 3) with { Required = null, Competitor = null, Note = "a remark" }]);
        Assert.Contains("| – | **3.00 ×** | – | shown |", table);
        Assert.DoesNotContain("a remark", table);
    }

    [Fact]
    public void Rows_of_several_machines_are_told_apart()
    {
        var gpu = Row(figure: 3) with { Machine = new Machine("Other", 16, 16, 128, "System", "cuda (1)") };
        var table = ReadmeTable.Markdown([Row(figure: 3), Row(figure: 3), gpu]);
        Assert.Contains("*2 of 3 rows measured on CPU name", table);
        Assert.Contains("*1 of 3 rows measured on Other", table);
    }

    [Fact]
    public void Bars_and_line_feeds_do_not_break_the_table() =>
        Assert.Contains("| a\\|b c |", ReadmeTable.Markdown([Row(figure: 3) with { Title = "a|b\nc" }]));

    [Fact]
    public void Replacing_keeps_everything_else_and_can_be_repeated()
    {
        var once = ReadmeTable.Replace(Empty, [Row(figure: 3)]);
        Assert.StartsWith(Before + ReadmeTable.Begin + "\n| |", once);
        Assert.EndsWith("\n" + ReadmeTable.End + After, once);
        Assert.DoesNotContain("old", once);
        Assert.Equal(once, ReadmeTable.Replace(once, [Row(figure: 3)]));
    }

    [Theory]
    [InlineData("no marks at all", "has no line")]
    [InlineData(ReadmeTable.Begin + ReadmeTable.Begin + ReadmeTable.End, "twice")]
    [InlineData(ReadmeTable.End + ReadmeTable.Begin, "stands before")]
    public void Marks_that_are_missing_double_or_in_the_wrong_order_are_an_error(string readme, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ReadmeTable.Replace(readme, [])).Message);

    [Theory]
    [InlineData(0.00123, "0.00123")]
    [InlineData(0.0298, "0.0298")]
    [InlineData(1.5, "1.50")]
    [InlineData(123.4, "123")]
    [InlineData(98765, "98765")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_have_three_significant_digits_and_no_exponent(double value, string text) => Assert.Equal(text, ReadmeTable.Number(value));

    [Fact]
    public void A_row_survives_being_stored_with_every_measurement()
    {
        using var folder = new TemporaryFolder();
        var row = Row(figure: 2.5) with { Details = [new Sample("detail", "µs", [1, 2])], Facts = new Dictionary<string, string> { ["a"] = "b" } };
        var path = folder["step.json"];
        File.WriteAllText(path, ResultFolder.Write(row));
        Assert.Contains("\"median\": 20", File.ReadAllText(path));
        var read = ResultFolder.Read(path);
        Assert.Equal(ResultFolder.Write(row), ResultFolder.Write(read));
        Assert.True(read.Reached);
        Assert.Equal(row.Ours!.Values, read.Ours!.Values);
    }

    [Fact]
    public void Rows_are_read_in_the_order_of_the_table_and_damage_names_the_file()
    {
        using var folder = new TemporaryFolder();
        foreach (var (id, position) in new[] { ("a", 1), ("b", 10), ("c", 0) })
            File.WriteAllText(folder[$"{id}.json"], ResultFolder.Write(Row(figure: 3) with { Id = id, Position = position }));
        Assert.Equal(["c", "a", "b"], ResultFolder.ReadAll(folder.Path).Select(row => row.Id));
        File.WriteAllText(folder["d.json"], "{");
        Assert.Contains("d.json", Assert.Throws<InvalidDataException>(() => ResultFolder.ReadAll(folder.Path)).Message);
        Assert.Empty(ResultFolder.ReadAll(folder["none"]));
    }

    [Fact]
    public void The_table_of_this_repositorys_readme_is_that_of_its_stored_rows()
    {
        var root = MarginNotebooks.Studies.Workspace.Find(AppContext.BaseDirectory).Root;
        var readme = File.ReadAllText(System.IO.Path.Combine(root, "README.md"));
        var rows = ResultFolder.ReadAll(System.IO.Path.Combine(root, "notebooks", "results", "benchmarks"));
        Assert.Equal(ReadmeTable.Replace(readme, rows), readme);
        Assert.DoesNotContain(rows, row => row.Quick);
    }

    private static RowResult Row(double? figure) => new()
    {
        Id = "step",
        Position = 0,
        Title = "step",
        Measures = "what",
        Ours = new Sample("kit", "ms", [20, 19, 21]),
        Competitor = new Sample("plain", "ms", [46.9]),
        Figure = figure,
        FigureUnit = "×",
        Required = Requirement.AtLeast(2),
        Machine = new Machine("CPU name", 4, 2, 16, "System", "cpu"),
        Versions = new Dictionary<string, string> { ["kit"] = "1" },
        Commit = "abcdef0123",
        Date = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero),
        Command = "margin bench --only step",
        Seconds = 1,
    };
}
