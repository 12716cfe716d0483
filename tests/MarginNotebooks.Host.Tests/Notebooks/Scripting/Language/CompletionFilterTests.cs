using MarginNotebooks.Host.Notebooks.Scripting.Language;
using RoslynItem = Microsoft.CodeAnalysis.Completion.CompletionItem;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting.Language;

public sealed class CompletionFilterTests
{
    [Theory]
    [InlineData("", "WriteLine,write,Read,is_write_line,overwrite")]
    [InlineData("wri", "write,WriteLine")]
    [InlineData("Wri", "WriteLine,write")]
    [InlineData("WL", "WriteLine,is_write_line")]
    [InlineData("wrli", "WriteLine,is_write_line")]
    [InlineData("verw", "overwrite")]
    [InlineData("wrx", "")]
    public void Starts_win_then_abbreviations_then_what_contains_it(string typed, string expected)
    {
        var items = new[] { "WriteLine", "write", "Read", "is_write_line", "overwrite" }.Select(name => RoslynItem.Create(name));
        Assert.Equal(expected, string.Join(',', CompletionFilter.Fitting(items, typed).Select(item => item.DisplayText)));
    }
}
