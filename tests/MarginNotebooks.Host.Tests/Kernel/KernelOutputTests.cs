using System.Text.Json.Nodes;
using MarginNotebooks.Display;
using MarginNotebooks.Host.Kernel;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Tests.Kernel;

public sealed class KernelOutputTests
{
    private readonly List<(string Type, bool Script)> _sent = [];
    private readonly PlotlyDelivery _plotly = new();
    private readonly OutputPublisher _publisher;

    public KernelOutputTests() => _publisher = new OutputPublisher(new MessageCodec(new MessageSigner("")), frames => _sent.Add((
        (string)JsonNode.Parse(frames[3])!["msg_type"]!,
        SharedPlotly.IsCarrier((string?)JsonNode.Parse(frames[6])!["data"]?["text/html"]))));

    [Fact]
    public void Plotly_goes_out_once_and_again_where_its_output_is_lost()
    {
        var first = Cell("one");
        var replace = first.Show(Chart("a"));
        first.Show(Chart("b"));
        replace(Chart("c"));
        Cell("two").Result(Chart("d"), 2);
        Cell("one").Result(Chart("a"), 3);
        var last = Cell("three");
        last.Result(Chart("e"), 4);
        replace(MimeBundle.OfText("gone")); // no longer where the script is
        last.Result(Chart("f"), 4);
        Assert.Equal(
            [
                ("display_data", true), ("display_data", false), ("update_display_data", true), ("execute_result", false),
                ("execute_result", true), ("execute_result", false), ("update_display_data", false), ("execute_result", false),
            ],
            _sent);
    }

    [Fact]
    public void Clearing_the_output_that_brought_plotly_brings_it_again()
    {
        var cell = Cell("one");
        cell.Show(Chart("a"));
        cell.Clear(wait: false);
        cell.Show(Chart("b"));
        Assert.Equal([("display_data", true), ("clear_output", false), ("display_data", true)], _sent);
    }

    [Fact]
    public void A_client_names_the_cell_in_the_metadata()
    {
        var codec = new MessageCodec(new MessageSigner(""));
        string? Read(string metadata) => codec.Decode(
            [.. new[] { "<IDS|MSG>", "", """{"msg_id":"1","msg_type":"execute_request"}""", "{}", metadata, "{}" }.Select(System.Text.Encoding.UTF8.GetBytes)]).CellId;
        Assert.Equal("abc", Read("""{"cellId":"abc"}"""));
        Assert.Null(Read("{}"));
        Assert.Null(Read("""{"cellId":7}"""));
    }

    private KernelOutput Cell(string id)
    {
        _plotly.CellStarted(id);
        return new KernelOutput(_publisher, "{}"u8.ToArray(), () => "{}"u8.ToArray()) { Plotly = _plotly };
    }

    private static MimeBundle Chart(string title) =>
        new(new Figure(Plotly.NET.CSharp.Chart.Line<int, int, string>(x: [1], y: [2]), title, "A line.").ToMimeBundle());
}
