using Deedle;
using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

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
    public void A_small_tensor_shows_its_values_and_a_large_one_its_shape()
    {
        using var small = TorchSharp.torch.arange(6).reshape(2, 3);
        using var large = TorchSharp.torch.zeros(100, 100);
        var lines = ValueFormatter.Format(small).Text.TrimEnd().Split('\n').Select(line => line.Trim()).ToList();
        Assert.StartsWith("[2x3], type = Int64, device = cpu", lines[0]);
        Assert.Equal(["0 1 2", "3 4 5"], lines.Skip(1));
        Assert.Equal("[100x100], type = Float32, device = cpu", ValueFormatter.Format(large).Text);
    }

    [Fact]
    public void Other_objects_show_their_members_and_exceptions_their_text()
    {
        Assert.Contains("broken", ValueFormatter.Format(new InvalidOperationException("broken")).Text);
        Assert.Contains("Size=7", ValueFormatter.Format(new Plain()).Text);
    }

    private sealed class Plain
    {
        public int Size { get; } = 7;
    }
}
