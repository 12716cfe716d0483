using MarginNotebooks.Host.Notebooks.Scripting;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting;

public sealed class ScriptSessionTests
{
    private const string Failing = """
        async Task<int> FailsAsync(int k)
        {
            await Task.Yield();
            throw new InvalidOperationException("deep");
        }
        Func<int, Task<int>> inverse = async k =>
        {
            await Task.Delay(1);
            return 1 / k;
        };
        int Divide(int k) =>
            1 / k;
        IEnumerable<int> Items()
        {
            yield return 1;
            throw new Exception("second");
        }
        """;

    [Theory]
    [InlineData("var z = 1;\nawait FailsAsync(1);", 2, "at FailsAsync, Cell [1], line 4")]
    [InlineData("\n\nawait inverse(0);", 3, "at Cell [1], line 9")]
    [InlineData("await Task.Run(async () =>\n{\n    await Task.Yield();\n    await inverse(0);\n});", 4, "at Cell [1], line 9")]
    [InlineData("\nDivide(0)", 2, "at Divide, Cell [1], line 12")]
    [InlineData("Task.Run(() =>\n    Divide(0)).Wait();", 2, "at Divide, Cell [1], line 12")]
    [InlineData("\nvar all = Items().ToList();", 2, "at Items, Cell [1], line 16")]
    [InlineData("\nawait Task.WhenAll(FailsAsync(1), FailsAsync(2));", 2, "at FailsAsync, Cell [1], line 4")]
    public async Task An_exception_in_code_of_an_earlier_cell_names_the_line_of_both(string code, int line, string place)
    {
        using var session = new ScriptSession(Path.GetTempPath(), _ => { });
        Assert.Null((await session.RunAsync(1, Failing, TestContext.Current.CancellationToken)).Error);
        var error = (await session.RunAsync(2, code, TestContext.Current.CancellationToken)).Error!;
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"Cell [2], line {line}: ", error.Traceback[0]);
        Assert.Contains(place, string.Join('\n', error.Traceback));
        Assert.DoesNotContain("MoveNext", string.Join('\n', error.Traceback));
    }

    [Theory]
    [InlineData("await Task.Delay(1);\n5", 5)]
    [InlineData("int F(int x) { int Inner(int y) => 2 * y; return Inner(x); }\nF(4)", 8)]
    [InlineData("record R(int X);\nrecord struct S(int Y);\nnew R(2).X + new S(3).Y", 5)]
    [InlineData("using (var m = new MemoryStream())\n{\n    m.WriteByte(1);\n}\nusing System.Globalization;", null)]
    [InlineData("int n = 0;\n{ using var m = new MemoryStream(); m.WriteByte(1); n = (int)m.Length; }\nn", 1)]
    [InlineData("#r \"System.Net.Http\"\nnew System.Net.Http.HttpClient().Timeout.Seconds", 40)]
    [InlineData("#r \"/nowhere/MarginNotebooks.dll\"\ntypeof(MarginNotebooks.Losses.FocalLoss).Assembly.GetName().Name.Length", 15)]
    public async Task The_language_of_cells(string code, int? expected)
    {
        using var session = new ScriptSession(Path.GetTempPath(), _ => { });
        var result = await session.RunAsync(1, code, TestContext.Current.CancellationToken);
        if (expected is null)
            Assert.Contains("CS1529", result.Error!.Value); // usings come first, here as everywhere
        else
            Assert.Equal(expected, result.Value);
    }

    [Fact]
    public async Task A_reference_survives_a_cell_that_does_not_compile()
    {
        using var folder = new TemporaryFolder();
        var name = $"Kept{Guid.NewGuid():N}";
        TestAssembly.Write(folder[$"{name}.dll"], $"namespace {name}; public static class Value {{ public static int Of() => 42; }}");
        File.WriteAllText(folder[$"{name}.xml"], $"<doc><members><member name=\"M:{name}.Value.Of\"><summary>The answer.</summary></member></members></doc>");
        using var session = new ScriptSession(folder.Path, _ => { });
        Assert.NotNull((await session.RunAsync(1, $"#r \"{name}.dll\"\nmissing", TestContext.Current.CancellationToken)).Error);
        Assert.Equal(42, (await session.RunAsync(2, $"{name}.Value.Of()", TestContext.Current.CancellationToken)).Value);
        var completed = await session.Language.CompleteAsync($"{name}.Value.", name.Length + 7, TestContext.Current.CancellationToken);
        Assert.Contains(completed.Items, item => item.Text == "Of");
        var described = await session.Language.InspectAsync($"{name}.Value.Of()", name.Length + 8, 0, TestContext.Current.CancellationToken);
        Assert.Equal("int Value.Of()\n\nThe answer.", described?.Text);
    }
}
