using MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting.Language;

public sealed class SymbolDescriptionTests
{
    private const string Function =
        "/// <summary>Twice a number.</summary>\n/// <param name=\"n\">The number.</param>\n/// <returns>The double.</returns>\nint Twice(int n) => 2 * n;";

    [Fact]
    public async Task A_function_of_an_earlier_cell_is_described_by_its_own_comment()
    {
        using var session = await LanguageSession.WithAsync(Function);
        Assert.Equal("int Twice(int n)\n\nTwice a number.", await session.InspectAsync("var x = Tw|ice(5);"));
        Assert.Equal(
            "int Twice(int n)\n\nTwice a number.\n\nParameters\n  n: The number.\n\nReturns\n  The double.",
            await session.InspectAsync("Twice(|", 1));
    }

    [Theory]
    [InlineData("tw|o")]
    [InlineData("Add(Add(1, 2), |")]
    [InlineData("Add(Add(1, 2)|, 3)")]
    public async Task The_cursor_may_be_on_a_name_or_among_arguments(string code)
    {
        using var session = await LanguageSession.WithAsync("var two = 2;\nint Add(int a, int b) => a + b;");
        Assert.Equal(code.StartsWith('t') ? "(variable) int two" : "int Add(int a, int b)", await session.InspectAsync(code));
    }

    [Theory]
    [InlineData("1 + |1")]
    [InlineData("class| A { }")]
    [InlineData("nothing_of_this_name|")]
    [InlineData("|")]
    [InlineData("// Console|")]
    public async Task Where_nothing_is_named_there_is_no_description(string code)
    {
        using var session = new LanguageSession();
        Assert.Equal("", await session.InspectAsync(code));
    }

    [Fact]
    public async Task Overloads_are_counted_and_listed_in_detail()
    {
        using var session = new LanguageSession();
        Assert.StartsWith("double Math.Max(double val1, double val2) (+ 12 overloads)", await session.InspectAsync("Math.Max(1.0, 2)".Insert(7, "|")));
        var detail = await session.InspectAsync("Math.M|ax(1.0, 2)", 1);
        Assert.Contains("\nint Math.Max(int val1, int val2)\n", detail);
        Assert.Contains("System, System.Private.CoreLib", detail);
    }

    [Fact]
    public async Task The_framework_is_described_where_an_sdk_is_installed()
    {
        if (FrameworkDocs.ReferencePack() is null)
            Assert.Skip("No reference pack of this framework: install the .NET SDK.");
        using var session = new LanguageSession();
        var detail = await session.InspectAsync("int.Par|se(\"1\")", 1);
        Assert.Contains("Converts the string representation of a number", detail);
        Assert.Contains("Parameters\n  s: A string containing a number to convert.", detail);
        Assert.Contains("Exceptions\n  ArgumentNullException: s is null.", detail);
        Assert.Contains("Projects each element", await session.InspectAsync("new List<int>().Sele|ct(x => x)"));
    }

    [Fact]
    public async Task The_kit_is_described_by_its_documentation_file()
    {
        using var session = await LanguageSession.WithAsync("using MarginNotebooks.Losses;\nusing MarginNotebooks.Display;");
        var loss = await session.InspectAsync("Focal|Loss", 1);
        Assert.StartsWith("class FocalLoss\n\nFocal loss:", loss);
        Assert.Contains("Remarks\n", loss);
        Assert.Matches("^IDisplayHandle IDisplaySink.Show\\(object value\\)\n\n\\w", await session.InspectAsync("DisplaySink.Current.Sh|ow(1)"));
        var cancellation = TestContext.Current.CancellationToken;
        var bundle = await session.Session.Language.InspectAsync("FocalLoss", 3, 1, cancellation);
        Assert.Equal(["text/html", "text/plain"], bundle!.Parts.Select(part => part.Key));
        Assert.StartsWith("<pre>class FocalLoss</pre><p>Focal loss:", bundle.Parts[0].Value);
    }

    [Fact]
    public async Task Packages_that_the_program_has_are_described_by_their_files()
    {
        using var session = new LanguageSession();
        var text = await session.InspectAsync("MathNet.Numerics.Statistics.Statistics.Medi|an(new double[0])", 1);
        Assert.Contains("median", text);
        Assert.Contains("Parameters\n  data:", text);
    }

    [Fact]
    public async Task Comments_are_inherited_and_records_describe_their_properties()
    {
        using var session = await LanguageSession.WithAsync(
            "interface IShape {\n/// <summary>Surface in mm².</summary>\ndouble Area(); }\nclass Disc : IShape { public double Area() => 1; public override string ToString() => \"\"; }",
            "/// <summary>A place.</summary>\n/// <param name=\"X\">Across.</param>\nrecord Place(int X);\nvar place = new Place(1);");
        Assert.Equal("double Disc.Area()\n\nSurface in mm².", await session.InspectAsync("new Disc().Are|a()"));
        Assert.Equal("int Place.X { get; init; }\n\nAcross.", await session.InspectAsync("place.|X"));
        Assert.Equal("Place.Place(int X)\n\nA place.", await session.InspectAsync("new Place(|"));
        Assert.Equal("record Place\n\nA place.", await session.InspectAsync("Pla|ce p = null;"));
    }
}
