using MarginNotebooks.Host.Notebooks.Scripting.Language;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting.Language;

public sealed class InputCompletenessTests
{
    [Theory]
    [InlineData("")]
    [InlineData("x + 1")]
    [InlineData("var x = 1;")]
    [InlineData("#r \"nuget: A, 1.0.0\"\nawait A.B()")]
    [InlineData("#!time\nx")]
    [InlineData("int F(int n)\n{\n    return n;\n}")]
    public void Code_that_can_run_is_complete(string code) => Assert.Equal(new Completeness("complete", ""), InputCompleteness.Of(code));

    [Theory]
    [InlineData("int F(int n) {", "    ")]
    [InlineData("if (x)\n{\n    for (;;)\n    {\n        G();", "        ")]
    [InlineData("foo( // why", "    ")]
    [InlineData("    var y =", "        ")]
    [InlineData("if (x)", "    ")]
    [InlineData("var x = new[] {\n  1,", "    ")]
    [InlineData("/* remark", "    ")]
    [InlineData("var s = \"\"\"\n  text", "      ")]
    [InlineData("#if DEBUG\nx", "    ")]
    public void Code_that_goes_on_is_incomplete_and_indented(string code, string indent) =>
        Assert.Equal(new Completeness("incomplete", indent), InputCompleteness.Of(code));

    [Theory]
    [InlineData("} 1")]
    [InlineData("class A { int x }")]
    [InlineData("var s = \"open")]
    public void Code_that_no_further_line_can_mend_is_invalid(string code) => Assert.Equal(new Completeness("invalid", ""), InputCompleteness.Of(code));
}
