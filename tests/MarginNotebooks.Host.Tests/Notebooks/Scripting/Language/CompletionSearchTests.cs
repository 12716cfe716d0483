using MarginNotebooks.Host.Notebooks.Scripting.Language;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting.Language;

public sealed class CompletionSearchTests
{
    [Fact]
    public async Task What_earlier_cells_declared_is_offered_and_says_what_it_is()
    {
        using var session = await LanguageSession.WithAsync(
            "using System.Text;\nusing static System.Math;\nint Twice(int number) => 2 * number;\nrecord Point(int Across, int Down);\nvar point = new Point(1, 2);",
            "var anonymous = new { Alpha = 1 };\nstatic int Thrice(this int n) => 3 * n;\nif (int.TryParse(\"7\", out var seven)) { }");
        Assert.Equal(new CompletionItem("Twice", "method", "int Twice(int number)"), await session.ItemAsync("var x = Twi|", "Twice"));
        Assert.Equal(new CompletionItem("point", "variable", "(variable) Point point"), await session.ItemAsync("poi|", "point"));
        Assert.Equal(new CompletionItem("Across", "property", "int Point.Across { get; init; }"), await session.ItemAsync("point.|", "Across"));
        Assert.Equal("class", (await session.ItemAsync("Poi|", "Point")).Kind);
        Assert.Contains("Alpha", await session.NamesAsync("anonymous.|"));
        Assert.Contains("seven", await session.NamesAsync("sev|"));
        Assert.Equal("(extension) int Thrice(this int n)", (await session.ItemAsync("5.Thr|", "Thrice")).Signature);
        Assert.Contains("StringBuilder", await session.NamesAsync("new StringB|"));
        Assert.Equal(["Sqrt"], await session.NamesAsync("Sqr|"));
        Assert.Contains("number:", await session.NamesAsync("Twice(num|)"));
        Assert.Equal("module", (await session.ItemAsync("using System.Te|", "Text")).Kind);
        Assert.Contains("foreach", await session.NamesAsync("forea|"));
        Assert.Contains("display", await session.NamesAsync("disp|"));
        Assert.Contains("Select", await session.NamesAsync("new[] { 1 }.Sel|"));
    }

    [Fact]
    public async Task Offsets_count_utf16_units_and_only_the_name_at_the_cursor_is_replaced()
    {
        using var session = new LanguageSession();
        const string before = "var s = \"🙂\"; Console.";
        var reply = await session.CompleteAsync(before + "Wri|; var t = 1;");
        Assert.Equal((before.Length, before.Length + 3), (reply.Start, reply.End));
        Assert.Equal(["Write", "WriteLine"], reply.Items.Select(item => item.Text).Order());
        Assert.Contains("overloads)", reply.Items[0].Signature);
    }

    [Fact]
    public async Task Casts_and_operators_do_not_move_the_start_before_the_dot()
    {
        using var session = await LanguageSession.WithAsync("var now = DateTime.Now;");
        var reply = await session.CompleteAsync("now.|");
        Assert.Equal((4, 4), (reply.Start, reply.End));
        Assert.DoesNotContain(reply.Items, item => item.Text.Contains('.'));
    }

    [Fact]
    public async Task An_override_comes_with_its_body()
    {
        using var session = new LanguageSession();
        var reply = await session.CompleteAsync("class A\n{\n    public override |\n}");
        Assert.Contains(reply.Items, item => item.Text.Contains("ToString()") && item.Text.Contains("base.ToString()"));
    }

    [Theory]
    [InlineData("// Con|")]
    [InlineData("\"Con|")]
    [InlineData("Console.NoSuch|")]
    public async Task Where_nothing_fits_nothing_is_offered(string code)
    {
        using var session = new LanguageSession();
        var reply = await session.CompleteAsync(code);
        Assert.Empty(reply.Items);
        Assert.Equal(reply.Start, reply.End);
    }

    [Fact]
    public async Task Directives_and_positions_outside_the_text_do_no_harm()
    {
        using var session = new LanguageSession();
        Assert.Contains("WriteLine", await session.NamesAsync("#r \"nuget: TorchSharp, 0.107.0\"\n#!csharp\nConsole.Wri|"));
        Assert.Contains("WriteLine", await session.NamesAsync("#!time\nConsole.Wri|"));
        var cancellation = TestContext.Current.CancellationToken;
        Assert.NotEmpty((await session.Session.Language.CompleteAsync("Con", 99, cancellation)).Items);
        Assert.NotEmpty((await session.Session.Language.CompleteAsync("Con", -1, cancellation)).Items);
        Assert.NotEmpty((await session.Session.Language.CompleteAsync("", 0, cancellation)).Items);
    }

    [Fact]
    public async Task The_kit_and_torch_are_offered()
    {
        using var session = await LanguageSession.WithAsync("#r \"nuget: MarginNotebooks\"\nusing MarginNotebooks.Losses;\nusing TorchSharp;\nusing static TorchSharp.torch;");
        Assert.Equal("class", (await session.ItemAsync("new FocalL|", "FocalLoss")).Kind);
        Assert.Contains("Tensor torch.zeros(", (await session.ItemAsync("var t = zer|", "zeros")).Signature);
        Assert.Contains("cross_entropy", await session.NamesAsync("torch.nn.functional.cross|"));
    }
}
