using System.Net;
using System.Text.RegularExpressions;
using MarginNotebooks.Host.Notebooks.Html;

namespace MarginNotebooks.Host.Tests.Notebooks.Html;

public sealed partial class CodeHtmlTests
{
    [Theory]
    [InlineData("#r \"nuget: X, 1\"\nusing System; // <why>\nvar a = new List<int> { 1 }; $\"{a[0]} & <b>\"")]
    [InlineData("record Row(string A);\nawait foreach (var x in xs) { Console.WriteLine(@\"\\\"); }\n#if A\nno\n#endif\n")]
    [InlineData("this is } not { C# \" at all \0")]
    [InlineData("")]
    public void Nothing_of_the_code_is_lost(string code) => Assert.Equal(code, WebUtility.HtmlDecode(Tags().Replace(CodeHtml.Highlight(code), "")));

    [Fact]
    public void Words_are_marked_by_their_kind()
    {
        var html = CodeHtml.Highlight("var net = new UNet(classes: 4); // four\nConsole.WriteLine(\"<x>\");");
        Assert.Contains("<span class=\"keyword\">var</span> net", html);
        Assert.Contains("<span class=\"type\">UNet</span>", html);
        Assert.Contains("<span class=\"number\">4</span>", html);
        Assert.Contains("<span class=\"comment\">// four</span>", html);
        Assert.Contains("<span class=\"type\">Console</span>.<span class=\"method\">WriteLine</span>", html);
        Assert.Contains("<span class=\"string\">&quot;&lt;x&gt;&quot;</span>", html);
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();
}
