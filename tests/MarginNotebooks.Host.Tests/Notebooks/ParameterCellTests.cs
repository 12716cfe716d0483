using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks;

[Collection(OneRunAtATime.Name)]
public sealed class ParameterCellTests
{
    private const string Declaring = "var epochs = 1;\ndouble margin = 5;\nstring name = \"CE\";\nvar methods = new[] { \"CE\" };\nint? limit = 3;\nvar rate = 0.1f;\nbool quick = false;";
    private const string Showing = "$\"{epochs}|{margin}|{name}|{string.Join('+', methods)}|{limit}|{rate}|{quick}|{margin.GetType().Name}\"";

    [Fact]
    public async Task Values_take_the_types_that_the_notebook_declares()
    {
        var run = await TestRun.OfAsync(
            [new("epochs", "7"), new("margin", "8"), new("name", "5"), new("methods", "[\"LS\", \"MbLS\"]"), new("limit", "null"), new("rate", "0.5"), new("quick", "true")],
            [TestNotebook.Markdown("# Title"), TestNotebook.Code(Declaring, "parameters"), TestNotebook.Code(Showing)]);
        Assert.Equal("7|8|5|LS+MbLS||0.5|True|Double", run.Text(3));
        var injected = run.Notebook.Cells[2];
        Assert.True(injected.HasTag("injected-parameters"));
        Assert.StartsWith("// Parameters\nepochs = 7;\nmargin = 8.0;\nname = \"5\";", injected.Source);
    }

    [Fact]
    public void Injecting_again_replaces_the_old_cell_and_nothing_removes_it()
    {
        var notebook = NotebookDocument.Parse(TestNotebook.Text(TestNotebook.Code("var a = 1;", "parameters"), TestNotebook.Code("a")));
        ParameterCell.Inject(notebook, [new("a", "2")]);
        ParameterCell.Inject(notebook, [new("a", "3"), new("a", "4")]);
        Assert.Equal(3, notebook.Cells.Count);
        Assert.Equal("// Parameters\na = 4;", notebook.Cells[1].Source);
        ParameterCell.Inject(notebook, []);
        Assert.Equal(["var a = 1;", "a"], notebook.Cells.Select(cell => cell.Source));
    }

    [Fact]
    public async Task Without_a_declaring_cell_the_values_are_declared_at_the_top()
    {
        var run = await TestRun.OfAsync([new("n", "3"), new("items", "[1, 2.5]"), new("text", "a \"b\" \\c")], [TestNotebook.Code("$\"{n + 1}|{items.Sum()}|{text}\"")]);
        Assert.Equal("4|3.5|a \"b\" \\c", run.Text(2));
        Assert.True(run.Notebook.Cells[0].HasTag("injected-parameters"));
    }

    [Fact]
    public void A_name_that_is_not_declared_is_an_error_that_lists_those_that_are()
    {
        var notebook = NotebookDocument.Parse(TestNotebook.Text(TestNotebook.Code("var epochs = 1; const int k = 2;", "parameters")));
        var error = Assert.Throws<InvalidDataException>(() => ParameterCell.Inject(notebook, [new("epoch", "2")]));
        Assert.Contains("'epoch'", error.Message);
        Assert.Contains("declares epochs", error.Message);
        Assert.Throws<InvalidDataException>(() => ParameterCell.Inject(notebook, [new("k", "2")]));
    }

    [Theory]
    [InlineData("int", "2.5")]
    [InlineData("int", "abc")]
    [InlineData("double", "many")]
    [InlineData("bool", "1")]
    public void A_value_of_another_type_is_an_error_that_names_parameter_type_and_value(string type, string value)
    {
        var error = Assert.Throws<InvalidDataException>(() => ParameterValue.ToCSharp(new("p", value), type, declared: true));
        Assert.Contains("'p'", error.Message);
        Assert.Contains(type, error.Message);
        Assert.Contains($"'{value}'", error.Message);
    }

    [Theory]
    [InlineData("12", "12")]
    [InlineData("-3", "-3")]
    [InlineData("3000000000", "3000000000L")]
    [InlineData("1e-3", "0.001")]
    [InlineData("1e20", "1E+20")]
    [InlineData("True", "true")]
    [InlineData("null", "null")]
    [InlineData("[]", "[]")]
    [InlineData("[1, [2, 3]]", "[1, [2, 3]]")]
    [InlineData("text", "\"text\"")]
    [InlineData("\"5\"", "\"5\"")]
    [InlineData("C:\\a\nb", "\"C:\\\\a\\nb\"")]
    public void Without_a_declared_type_the_text_decides(string text, string expected) =>
        Assert.Equal(expected, ParameterValue.ToCSharp(new("p", text), type: null, declared: true));

    [Theory]
    [InlineData("a=1", "a", "1")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("a=", "a", "")]
    [InlineData("=1", null, null)]
    [InlineData("a", null, null)]
    [InlineData("a b=1", null, null)]
    public void Assignments_are_read(string text, string? name, string? value)
    {
        var parameter = Parameter.TryParse(text);
        Assert.Equal((name, value), (parameter?.Name, parameter?.Text));
    }
}
