using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Tests.Notebooks;

public sealed class TerminalReporterTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_updated_a_thousand_times_is_printed_rarely_and_its_last_state_always(bool interactive)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var reporter = new TerminalReporter(output, messages, interactive, 40);
        reporter.CellStarted(1, 1, "Train();");
        for (var i = 1; i <= 1000; i++)
            reporter.Updated(MimeBundle.OfText($"{i} of 1000\nmore"));
        reporter.CellEnded(1, TimeSpan.Zero, null, expected: false);
        var printed = messages.ToString();
        Assert.InRange(printed.Split(" of 1000").Length - 1, 2, 20);
        Assert.Contains("1000 of 1000", printed);
        Assert.Equal(interactive, printed.Contains('\r'));
        Assert.EndsWith("\n", printed);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Messages_start_on_a_line_of_their_own_and_fit_the_terminal()
    {
        using var both = new StringWriter();
        var reporter = new TerminalReporter(both, both, interactive: true, width: 20);
        reporter.CellStarted(1, 2, "#r \"nuget: X\"\n\nvar aVeryLongLineOfCode = 1;");
        reporter.Wrote("stdout", "no line end");
        reporter.CellStarted(2, 2, "b");
        Assert.Equal("[1/2] 00:00  var a…\nno line end\n[2/2] 00:00  b\n", both.ToString());
    }
}
