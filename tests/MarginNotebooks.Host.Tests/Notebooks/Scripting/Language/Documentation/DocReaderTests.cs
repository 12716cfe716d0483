using System.Xml.Linq;
using MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting.Language.Documentation;

public sealed class DocReaderTests
{
    private const string Rich = """
        <summary>
          Gives <c>a &lt; b</c> for <paramref name="x"/>, see
          <see cref="M:System.Math.Max(System.Int32,System.Int32)"/> or <see langword="null"/> or <see href="https://x.org/a?b&amp;c">there</see>.
          <para>Second <b>part</b>.</para>
          <list type="bullet"><item>one</item><item><description>two</description></item></list>
          <list type="number"><item>first</item></list>
          <list><item><term>name</term><description>what</description></item></list>
          <code>
            if (a)
                b();
          </code>
        </summary>
        """;

    [Fact]
    public void Plain_text_is_readable() => Assert.Equal(
        """
        Gives a < b for x, see Math.Max or null or there (https://x.org/a?b&c).
        Second part.
        - one
        - two
        1. first
        name: what
            if (a)
                b();
        """.ReplaceLineEndings("\n"),
        DocPlain.Of(DocReader.Read(XElement.Parse(Rich, LoadOptions.PreserveWhitespace)), ""));

    [Fact]
    public void Html_keeps_styles_and_escapes() => Assert.Equal(
        "<p>Gives <code>a &lt; b</code> for <code>x</code>, see <code>Math.Max</code> or <code>null</code> or "
        + "<a href=\"https://x.org/a?b&amp;c\">there</a>.</p><p>Second <strong>part</strong>.</p><ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>"
        + "<dl><dt><code>name</code></dt><dd>what</dd></dl><pre>if (a)\n    b();</pre>",
        DocHtml.Of(DocReader.Read(XElement.Parse(Rich, LoadOptions.PreserveWhitespace))));

    [Fact]
    public void Addresses_that_are_no_web_pages_are_not_linked() =>
        Assert.Equal("<p>x</p>", DocHtml.Of(DocReader.Read(XElement.Parse("<r><see href=\"javascript:alert(1)\">x</see></r>"))));

    [Fact]
    public void Long_text_is_wrapped_within_its_indent()
    {
        var lines = DocPlain.Of([new DocParagraph([new DocSpan(string.Join(' ', Enumerable.Repeat("word", 60)))])], "  ").Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.True(line.StartsWith("  word") && line.Length <= 100));
    }

    [Theory]
    [InlineData("T:System.Collections.Generic.List`1", "List")]
    [InlineData("M:System.Math.Max(System.Int32,System.Int32)", "Math.Max")]
    [InlineData("M:A.B.#ctor(System.Int32)", "B")]
    [InlineData("P:A.B.C", "B.C")]
    [InlineData("N:A.B", "A.B")]
    [InlineData("!:Unknown", "Unknown")]
    public void References_are_named_as_a_reader_writes_them(string cref, string expected) => Assert.Equal(expected, DocReader.NameOf(cref));
}
