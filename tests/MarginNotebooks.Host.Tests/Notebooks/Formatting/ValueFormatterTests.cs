using Deedle;
using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;
using SkiaSharp;

namespace MarginNotebooks.Host.Tests.Notebooks.Formatting;

public sealed class ValueFormatterTests
{
    private sealed record Row(string Method, double Dice);

    public sealed class WithHtml
    {
        public string ToHtml() => "<i>own</i>";
    }

    private sealed class Rich(params KeyValuePair<string, string>[] parts) : IRichOutput
    {
        public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => parts;
    }

    [Fact]
    public void Scalars_are_text_the_same_in_every_culture()
    {
        Assert.Equal("0.5", ValueFormatter.Format(0.5).Text);
        Assert.Equal("a \"b\"", ValueFormatter.Format("a \"b\"").Text);
        Assert.Equal("True", ValueFormatter.Format(true).Text);
        Assert.Equal("2026-01-02T03:04:05.0000000", ValueFormatter.Format(new DateTime(2026, 1, 2, 3, 4, 5)).Text);
    }

    [Fact]
    public void A_rich_value_keeps_its_own_forms_and_gets_text_when_it_has_none()
    {
        var data = ValueFormatter.Format(new Rich(new("application/geo+json", "{\"b\": 1, \"a\": [2]}"), new("image/png", "AAAA"), new("text/html", "<p>\n</p>"))).ToData();
        Assert.Equal("[2]", data["application/geo+json"]!["a"]!.ToJsonString());
        Assert.Equal("\"AAAA\"", data["image/png"]!.ToJsonString());
        Assert.Equal(2, data["text/html"]!.AsArray().Count);
        Assert.True(data.ContainsKey("text/plain"));
    }

    [Fact]
    public void A_public_ToHtml_is_used() => Assert.Equal("<i>own</i>", ValueFormatter.Format(new WithHtml()).Parts[0].Value);

    [Fact]
    public void Objects_of_one_kind_are_a_table_with_escaped_cells_and_exact_values_at_hand()
    {
        var bundle = ValueFormatter.Format(new List<Row> { new("<CE>", 0.812345678), new("MbLS", 1) });
        var html = bundle.Parts[0].Value;
        Assert.Contains("<th scope=\"col\">Method</th><th scope=\"col\" style=\"text-align:right\">Dice</th>", html);
        Assert.Contains("<td>&lt;CE&gt;</td><td style=\"text-align:right\" title=\"0.812345678\">0.812346</td>", html);
        Assert.Equal("Method      Dice\n<CE>    0.812346\nMbLS           1", bundle.Text);
    }

    [Fact]
    public void Sequences_of_scalars_are_one_line_and_endless_ones_end()
    {
        Assert.Equal("[1, 2, 3]", ValueFormatter.Format(new[] { 1, 2, 3 }).Text);
        Assert.Equal("[\"a\", null]", ValueFormatter.Format(new List<string?> { "a", null }).Text);
        Assert.EndsWith(", …] (first 200 of many)", ValueFormatter.Format(Endless()).Text);
        Assert.EndsWith("first 100 of 150 rows", ValueFormatter.Format(Enumerable.Range(0, 150).Select(i => (i, i)).ToList()).Text);

        static IEnumerable<int> Endless()
        {
            for (var i = 0; ; i++)
                yield return i;
        }
    }

    [Fact]
    public void Dictionaries_are_tables_of_keys_and_values() =>
        Assert.Equal("Key  Value\na        1", ValueFormatter.Format(new Dictionary<string, int> { ["a"] = 1 }).Text);

    [Fact]
    public void A_frame_is_a_table_with_its_keys_and_gaps()
    {
        var frame = Frame.FromColumns(new Dictionary<string, Series<string, double>>
        {
            ["dice"] = new SeriesBuilder<string, double> { { "CE", 0.5 }, { "LS", 0.25 } }.Series,
            ["ece"] = new SeriesBuilder<string, double> { { "LS", 0.125 } }.Series,
        });
        Assert.Equal("    dice    ece\nCE   0.5\nLS  0.25  0.125", ValueFormatter.Format(frame).Text);
        Assert.StartsWith("<table", ValueFormatter.Format(frame).Parts[0].Value);
    }

    [Fact]
    public void A_chart_is_a_figure_for_plotly()
    {
        var chart = Plotly.NET.CSharp.Chart.Line<int, int, string>(x: [1, 2], y: [3, 4]);
        var data = ValueFormatter.Format(chart).ToData();
        Assert.Equal("[1,2]", data[MimeBundle.Plotly]!["data"]![0]!["x"]!.ToJsonString());
    }

    [Fact]
    public void A_series_is_a_table_of_keys_and_values() =>
        Assert.Equal("    Value\nCE    0.5\nLS", ValueFormatter.Format(new SeriesBuilder<string, double?> { { "CE", 0.5 }, { "LS", null } }.Series).Text);

    [Fact]
    public void Null_exceptions_and_markup_are_shown_as_what_they_are()
    {
        Assert.Equal("null", ValueFormatter.Format(null).Text);
        var thrown = ValueFormatter.Format(Thrown());
        Assert.StartsWith("<details><summary><b>InvalidOperationException</b>: broken &amp; bent</summary><pre>System.InvalidOperationException", thrown.Parts[0].Value);
        Assert.Contains("at MarginNotebooks.Host.Tests", thrown.Text);
        Assert.Equal("<p><b>ArgumentException</b>: new</p>", ValueFormatter.Format(new ArgumentException("new")).Parts[0].Value);
        Assert.Equal([new(MimeBundle.Html, "<b>a &amp; b</b><script>x</script>"), new(MimeBundle.PlainText, "a & b")],
            ValueFormatter.Format(new HtmlContent("<b>a &amp; b</b><script>x</script>")).Parts);
        Assert.Equal("<b>text</b>", Assert.Single(ValueFormatter.Format("<b>text</b>").Parts).Value);
    }

    [Fact]
    public void One_structured_value_is_a_table_of_its_parts_with_nested_ones_folded_away()
    {
        var bundle = ValueFormatter.Format(new { Name = "<a>", Inner = new Row("CE", 0.5), Terms = new[] { 1.5, 2 }, Missing = (string?)null });
        Assert.Equal("anonymous\n  Name     <a>\n  Inner    (Method: CE, Dice: 0.5)\n  Terms    [1.5, 2]\n  Missing  null", bundle.Text);
        Assert.Equal("anonymous\n  D  [a: 1, b: 0.5]\n  L  2 items\n  N  1 item", ValueFormatter.Format(new
        {
            D = new Dictionary<string, double> { ["a"] = 1, ["b"] = 0.5 },
            L = new[] { (1, 2), (3, 4) },
            N = new[] { new int[1] },
        }).Text);
        var html = bundle.Parts[0].Value;
        Assert.Contains("<th scope=\"row\" style=\"text-align:left\">Name</th><td>&lt;a&gt;</td>", html);
        Assert.Contains("<details><summary>(Method: CE, Dice: 0.5)</summary><table", html);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(html, "<details>")); // numbers need no folding
        Assert.StartsWith("(int, string)\n  Item1  1", ValueFormatter.Format((1, "a")).Text);
        Assert.StartsWith("KeyValuePair<string, int>\n  Key    a", ValueFormatter.Format(KeyValuePair.Create("a", 1)).Text);
    }

    [Fact]
    public void A_graph_without_end_and_a_huge_one_give_a_small_output()
    {
        var knot = new Knot { Name = "k" };
        knot.Next = knot;
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(ValueFormatter.Format(knot).Parts[0].Value, "<details>"));
        var wide = Enumerable.Range(0, 1000).Select(i => new { A = Enumerable.Range(0, 1000).Select(j => new { B = new[] { new { C = j } } }).ToList() }).ToList();
        Assert.InRange(ValueFormatter.Format(wide).Parts[0].Value.Length, 1000, 1_000_000);
    }

    [Fact]
    public void Items_of_several_kinds_are_rows_and_a_matrix_is_laid_out_as_it_is()
    {
        Assert.Contains("1  (Method: CE, Dice: 0.5)", ValueFormatter.Format(new object[] { 1, new Row("CE", 0.5) }).Text);
        Assert.Equal("   0  1\n0  1  2\n1  3  4", ValueFormatter.Format(new[,] { { 1, 2 }, { 3, 4 } }).Text);
        Assert.EndsWith("first 100 of 300 rows, first 20 of 30 columns", ValueFormatter.Format(new double[300, 30]).Text);
        Assert.EndsWith("(first 200 of 500)", ValueFormatter.Format(Enumerable.Range(0, 500).ToHashSet()).Text);
        Assert.Equal("[]", ValueFormatter.Format(Array.Empty<int>()).Text);
    }

    [Fact]
    public void Pictures_are_pictures_and_other_bytes_are_numbers()
    {
        using var bitmap = new SKBitmap(3, 2);
        bitmap.Erase(SKColors.Red);
        using var image = SKImage.FromBitmap(bitmap);
        using var jpeg = image.Encode(SKEncodedImageFormat.Jpeg, 90);
        foreach (var (value, type) in new (object, string)[]
        {
            (bitmap, "image/png"), (image, "image/png"), (jpeg.ToArray(), "image/jpeg"),
            (Images.Png([255, 0, 0, 255, 255, 0, 0, 255], 2, 1), "image/png"),
        })
        {
            var bundle = ValueFormatter.Format(value);
            Assert.Equal([type, MimeBundle.PlainText], bundle.Parts.Select(part => part.Key));
            using var seen = SKBitmap.Decode(Convert.FromBase64String(bundle.Parts[0].Value));
            Assert.Contains($"{seen.Width} by {seen.Height} pixels", bundle.Text);
            Assert.InRange(seen.GetPixel(0, 0).Red, 250, 255);
        }
        Assert.Equal("[1, 2]", ValueFormatter.Format(new byte[] { 1, 2 }).Text);
        Assert.Equal("[255, 216, 255, 0]", ValueFormatter.Format(new byte[] { 0xFF, 0xD8, 0xFF, 0 }).Text); // begins like one, but is none
    }

    [Fact]
    public void Other_objects_show_their_members()
    {
        Assert.Equal("Plain\n  Size  7", ValueFormatter.Format(new Plain()).Text);
        Assert.Contains("Bad  (InvalidOperationException)", ValueFormatter.Format(new Throwing()).Text);
    }

    private static Exception Thrown()
    {
        try
        {
            throw new InvalidOperationException("broken & bent");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private sealed class Plain
    {
        public int Size { get; } = 7;
    }

    private sealed class Throwing
    {
        public int Bad => throw new InvalidOperationException();
    }

    private sealed class Knot
    {
        public string? Name { get; set; }

        public Knot? Next { get; set; }
    }
}
