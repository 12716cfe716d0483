using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting;

public sealed class UsingDeclarationsTests
{
    [Theory]
    [InlineData("var a = 1;\nusing var m = new MemoryStream();", "'using var m = …;' cannot stand outside of braces", "later 'm.Dispose();'")]
    [InlineData("\nawait using MemoryStream m = new();", "Write 'await using (MemoryStream m = …) { … }'", "later 'await m.DisposeAsync();'")]
    public async Task A_using_declaration_at_the_top_is_refused_with_what_to_write_instead(string code, string problem, string advice)
    {
        using var session = new ScriptSession(Path.GetTempPath(), _ => { });
        var error = (await session.RunAsync(1, code, TestContext.Current.CancellationToken)).Error!;
        Assert.Equal("CompilationError", error.Name);
        Assert.Equal(2, error.Line);
        Assert.Contains(problem, error.Value);
        Assert.Contains(advice, error.Value);
    }

    [Theory]
    [InlineData("using System.Text;\nvar x = missing;")]
    [InlineData("{ using var m = new MemoryStream(); missing(); }")]
    public async Task Other_errors_are_told_by_the_compiler(string code)
    {
        using var session = new ScriptSession(Path.GetTempPath(), _ => { });
        Assert.StartsWith("CS0103", (await session.RunAsync(1, code, TestContext.Current.CancellationToken)).Error!.Value);
    }
}
