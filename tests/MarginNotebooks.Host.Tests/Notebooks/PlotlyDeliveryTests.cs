using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Tests.Notebooks;

public sealed class PlotlyDeliveryTests
{
    private readonly PlotlyDelivery _delivery = new();

    [Fact]
    public void The_first_chart_of_a_session_brings_the_script_and_later_ones_do_not()
    {
        _delivery.CellStarted("a");
        Assert.False(Brings(MimeBundle.OfHtml("<p></p>", "")));
        Assert.True(Brings(Chart("one")));
        Assert.False(Brings(Chart("two")));
        _delivery.CellStarted("b");
        Assert.False(Brings(Chart("three")));
        var shown = _delivery.Prepare(Chart("three"));
        Assert.StartsWith("<div class=\"margin-figure\"", shown.Parts.Single(part => part.Key == MimeBundle.Html).Value);
        Assert.Equal([MimeBundle.Plotly, MimeBundle.Html, MimeBundle.PlainText], shown.Parts.Select(part => part.Key));
    }

    [Fact]
    public void When_the_cell_that_brought_it_runs_again_the_next_chart_brings_it_again()
    {
        _delivery.CellStarted("a");
        Assert.True(Brings(Chart("one")));
        _delivery.CellStarted("b");
        Assert.False(Brings(Chart("two")));
        _delivery.CellStarted("a");
        Assert.True(Brings(Chart("one")));
        _delivery.CellStarted("a"); // and this time it shows no chart
        _delivery.CellStarted("b");
        Assert.True(Brings(Chart("two")));
    }

    [Fact]
    public void A_cleared_output_takes_the_script_with_it()
    {
        _delivery.CellStarted("a");
        Assert.True(Brings(Chart("one")));
        _delivery.OutputCleared();
        Assert.True(Brings(Chart("one")));
        _delivery.CellStarted("b");
        _delivery.OutputCleared(); // another cell's
        Assert.False(Brings(Chart("two")));
    }

    [Fact]
    public void A_chart_that_is_replaced_keeps_the_script_and_a_table_in_its_place_loses_it()
    {
        _delivery.CellStarted("a");
        Assert.True(Brings(Chart("one"), "display-1"));
        Assert.False(Brings(Chart("two"), "display-2"));
        Assert.True(Brings(Chart("three"), "display-1"));
        Assert.False(Brings(Chart("four"), "display-2"));
        Assert.False(Brings(MimeBundle.OfHtml("<table></table>", ""), "display-1"));
        Assert.True(Brings(Chart("five"), "display-2"));
    }

    private bool Brings(MimeBundle bundle, string? display = null) =>
        _delivery.Prepare(bundle, display).Parts.Any(part => part.Key == MimeBundle.Html && SharedPlotly.IsCarrier(part.Value));

    private static MimeBundle Chart(string title) =>
        new(new Figure(Plotly.NET.CSharp.Chart.Line<int, int, string>(x: [1], y: [2]), title, "A line.").ToMimeBundle());
}
