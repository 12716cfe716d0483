using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks;

[Collection(OneRunAtATime.Name)]
public sealed class NotebookDocumentTests
{
    /// <summary>Validates with Jupyter's own library and writes the notebook again with it.</summary>
    private const string Jupyter = """
        import nbformat, sys
        text = open(sys.argv[1], encoding='utf-8').read()
        notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        again = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        print('same' if text == (again if again.endswith('\n') else again + '\n') else 'different')
        """;

    private static readonly string[] s_cells =
    [
        "Console.WriteLine(\"tab\\t quote\\\" é 😀 \\u001b[31mred\\u001b[0m\"); Console.Error.Write(\"e\");",
        "new[] { (1, 2.5), (3, 4.5) }",
        "display(MarginNotebooks.Display.DisplaySink.Current.GetType().Name);\nPlotly.NET.CSharp.Chart.Line<int, int, string>(x: new[] { 1, 2 }, y: new[] { 3, 4 })",
        "throw new Exception(\"<b>\");",
    ];

    [Fact]
    public async Task Jupyter_finds_an_executed_notebook_valid_and_would_write_it_the_same_way()
    {
        using var folder = new TemporaryFolder();
        var run = await TestRun.InAsync(folder, [], [TestNotebook.Markdown("# É"), .. s_cells.Select(cell => TestNotebook.Code(cell))]);
        Assert.Equal(RunEnd.Failed, run.End);
        var checkedBy = Processes.Python("nbformat", "python3-nbformat", Jupyter, folder["out.ipynb"]);
        Assert.True(checkedBy.ExitCode == 0, checkedBy.Errors);
        Assert.Equal("same", checkedBy.Output.Trim());
    }

    [Theory]
    [InlineData("html", "<table")]
    [InlineData("markdown", "# Chapter")]
    public async Task Nbconvert_renders_an_executed_notebook(string form, string expected)
    {
        using var folder = new TemporaryFolder();
        await TestRun.InAsync(folder, [], [TestNotebook.Markdown("# Chapter"), .. s_cells.Select(cell => TestNotebook.Code(cell))]);
        var converted = Processes.Python(
            "nbconvert",
            "python3-nbconvert",
            "import sys, nbconvert; print(getattr(nbconvert, sys.argv[2].upper() + 'Exporter' if sys.argv[2] == 'html' else 'MarkdownExporter')().from_filename(sys.argv[1])[0])",
            folder["out.ipynb"],
            form);
        Assert.True(converted.ExitCode == 0, converted.Errors);
        Assert.Contains(expected, converted.Output);
        Assert.Contains("4.5", converted.Output);
    }

    [Fact]
    public void Unknown_metadata_and_digits_survive_and_writing_is_repeatable()
    {
        var text = TestNotebook.Text(TestNotebook.Code("1")).Replace("1.5", "1.500");
        var once = NotebookDocument.Parse(text).ToString();
        Assert.Contains("\"z\": 1.500", once);
        Assert.Contains("\"a\": []", once);
        Assert.Equal(once, NotebookDocument.Parse(once).ToString());
        Assert.Equal(once, NotebookDocument.Parse(text).ToString());
    }

    [Fact]
    public void Ids_are_kept_where_valid_and_made_unique_elsewhere()
    {
        var cells = new[] { TestNotebook.Code("a"), TestNotebook.Code("a"), TestNotebook.Markdown("b"), TestNotebook.Markdown("c") };
        (cells[0]["id"], cells[1]["id"], cells[2]["id"]) = ("mine", "mine", "not valid!");
        var ids = NotebookDocument.Parse(TestNotebook.Text(cells)).Cells.Select(cell => cell.Id).ToList();
        Assert.Equal("mine", ids[0]);
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", id));
    }

    [Theory]
    [InlineData("[]", "no list of cells")]
    [InlineData("{\"nbformat\": 3, \"cells\": []}", "nbformat is 3")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"video\"}]}", "cell 1: unknown cell_type 'video'")]
    [InlineData("{", "file.ipynb")]
    public void A_file_that_is_no_notebook_is_refused_with_the_reason(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file.ipynb"], text);
        var error = Assert.Throws<InvalidDataException>(() => NotebookDocument.Load(folder["file.ipynb"]));
        Assert.Contains(reason, error.Message);
        Assert.Contains("file.ipynb", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\n")]
    [InlineData("a\n\nb\r\nc")]
    public void Lines_join_to_the_text_they_came_from(string text) => Assert.Equal(text, MultilineText.Read(MultilineText.Write(text)));
}
