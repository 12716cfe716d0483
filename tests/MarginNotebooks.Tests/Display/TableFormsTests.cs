using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Deedle;
using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

/// <summary>HTML, Markdown, LaTeX and CSV: what must be escaped is.</summary>
public sealed class TableFormsTests
{
    private const string Nasty = "a<b>&\"c'|d_e*f\\g%h$i#j{k}~^`l";

    [Fact]
    public void HtmlShowsTextAsItIs()
    {
        var table = Table.FromRows([Nasty, "n"], [[Nasty, 1.5]]).WithCaption(Nasty).Heading("n", Nasty).RowHeader(Nasty);
        var html = table.ToHtml();
        var parsed = XDocument.Parse(html[html.IndexOf("<div", StringComparison.Ordinal)..]); // well-formed, so nothing leaks out of a cell

        Assert.Equal(Nasty, parsed.Descendants("caption").Single().Value);
        Assert.Equal([Nasty, Nasty, Nasty], parsed.Descendants("th").Select(cell => cell.Value));
        Assert.Equal("row", parsed.Descendants("tbody").Descendants("th").Single().Attribute("scope")!.Value);
    }

    [Fact]
    public void HtmlMarksTheBest()
    {
        var html = TableTests.Results().ToHtml();

        Assert.Contains("<strong>0.031</strong> <small>[0.028, 0.035]</small>", html);
        Assert.DoesNotContain("<strong>0.050", html);
        Assert.Contains("lower is better", html);
    }

    [Fact]
    public void MarkdownPipesDoNotSplitCells()
    {
        var lines = Table.FromRows([Nasty, "b"], [[Nasty + "\nline", "x"]]).ToMarkdown().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal(3, line.Replace(@"\|", "").Count(character => character == '|')));
        Assert.Equal(@"| a&lt;b&gt;&amp;""c'\|d\_e\*f\\g%h\$i\#j{k}\~^\`l<br>line | x |", lines[2]);
    }

    [Fact]
    public void LatexEscapesItsSpecialCharacters()
    {
        var latex = Table.FromRows(["Method"], [[Nasty], ["MbLS (λ=0.1) ± ≤"]]).ToLatex();

        Assert.Contains(
            @"a\textless{}b\textgreater{}\&''c'\textbar{}d\_e*f\textbackslash{}g\%h\$i\#j\{k\}\textasciitilde{}\textasciicircum{}`l \\",
                latex);
        Assert.Contains(@"MbLS ($\lambda$=0.1) $\pm$ $\le$ \\", latex);
    }

    [Fact]
    public void LatexUsesBooktabsAndBold() => Assert.Equal(
        """
        \begin{table}[tb]
        \centering
        \caption{Results}
        \label{tab:main}
        \begin{tabular}{lrr}
        \toprule
        Method & DSC $\uparrow$ & ECE $\downarrow$ \\
        \midrule
        CE & \textbf{0.862} & 0.050 [0.040, 0.061] \\
        MbLS & \textbf{0.862} & \textbf{0.031 [0.028, 0.035]} \\
        \bottomrule
        \end{tabular}
        \end{table}

        """,
        TableTests.Results().WithCaption("Results").ToLatex("tab:main"), ignoreLineEndingDifferences: true);

    [Fact]
    public void LatexRowsThatBeginWithABracketStayRows() =>
        Assert.Contains("{}[0, 1) \\\\", Table.FromRows(["Bin"], [["[0, 1)"]]).ToLatex());

    [Fact]
    public void CsvReadsBackExactly()
    {
        double[] numbers = [Math.PI, 1e-300, -0.1, 1 / 3.0, double.MaxValue];
        string[] texts = ["plain", "comma, here", "quote \" here", "two\r\nlines", " space"];
        var csv = Table.FromRows(["text", "num,ber"], numbers.Select((number, i) => new object?[] { texts[i], number })).ToCsv();

        var rows = Parse(csv);
        Assert.Equal(["text", "num,ber"], rows[0]);
        Assert.Equal(texts, rows.Skip(1).Select(row => row[0]));
        Assert.Equal(numbers, rows.Skip(1).Select(row => double.Parse(row[1], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void DeedleReadsTheCsvBack()
    {
        using var folder = new TemporaryFolder();
        TableTests.Results().Save(folder["t.csv"]);
        var frame = Frame.ReadCsv(folder["t.csv"]);

        Assert.Equal(TableTests.Results().Frame.ColumnKeys, frame.ColumnKeys);
        Assert.Equal([0.04, 0.028], frame.GetColumn<double>("ECE lower").Values);
        Assert.Equal(TableTests.Results().ToCsv(), new Table(frame).ToCsv());
    }

    [Fact]
    public void NumbersDoNotDependOnTheCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        var (before, table) = (CultureInfo.CurrentCulture, Table.FromRows(["a"], [[1.5]]));
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal("a\r\n1.5\r\n", table.ToCsv());
            Assert.Contains("| 1.50 |", table.ToMarkdown());
            Assert.Contains("ECE 0.0350", ReliabilityDiagram.Draw(MadeUp.FourBins()).AltText);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void BundleHoldsHtmlMarkdownAndText()
    {
        var table = TableTests.Results();

        Assert.Equal(
            [new("text/html", table.ToHtml()), new("text/markdown", table.ToMarkdown()), new("text/plain", table.ToString())],
            table.ToMimeBundle());
    }

    /// <summary>An independent reader of RFC 4180.</summary>
    private static List<string[]> Parse(string csv)
    {
        var rows = new List<string[]>();
        var (row, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            if (quoted && csv[i] == '"' && i + 1 < csv.Length && csv[i + 1] == '"')
                field.Append(csv[++i]);
            else if (csv[i] == '"')
                quoted = !quoted;
            else if (!quoted && (csv[i] == ',' || csv[i] == '\r'))
            {
                row.Add(field.ToString());
                field.Clear();
                if (csv[i] == '\r')
                {
                    Assert.Equal('\n', csv[++i]);
                    rows.Add([.. row]);
                    row.Clear();
                }
            }
            else
                field.Append(csv[i]);
        }

        Assert.False(quoted);
        return rows;
    }
}
