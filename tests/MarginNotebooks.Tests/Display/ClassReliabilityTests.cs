using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class ClassReliabilityTests
{
    private static readonly string[] Classes = ["background", "one", "two"];
    private static readonly BinSums[] Sums = [MadeUp.FourBins(), MadeUp.Bins((90, 0.1, 0.2), (10, 0.4, 0.4), (0, 0, 0), (0, 0, 0)), MadeUp.FourBins()];

    [Fact]
    public void EachClassHasItsPanelAndItsError()
    {
        var figure = ClassReliability.Draw(Classes, Sums);
        var notes = MadeUp.Annotations(figure);

        Assert.Equal(["<b>background</b>", "<b>one</b>", "<b>two</b>"], notes.Where(note => Classes.Any(note.Contains)));
        Assert.Equal(2, notes.Count(note => note == "<b>ECE 0.0350</b>"));
        Assert.Contains("<b>ECE 0.0900</b>", notes); // 90 of 100 pixels are off by 0.1
        var bars = MadeUp.Traces(figure, "accuracy").Where(trace => trace.GetProperty("type").GetString() == "bar").ToArray();
        Assert.Equal(0.2, MadeUp.Numbers(bars[1].GetProperty("y"))[0], 1e-12);
        Assert.True(double.IsNaN(MadeUp.Numbers(bars[1].GetProperty("y"))[3]), "an empty bin stays empty");
    }

    [Fact]
    public void AxesSayProbabilityAndFrequencyOfTheClass()
    {
        var layout = MadeUp.Json(ClassReliability.Draw(Classes, Sums)).GetProperty("layout");

        Assert.Equal("Probability of the class", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("Frequency of the class", layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
    }

    [Fact]
    public void SeveralNetworksStandInRowsThatDoNotTouch()
    {
        var figure = ClassReliability.Draw(Classes, [("CE", Sums), ("MbLS", Sums)]);
        var layout = MadeUp.Json(figure).GetProperty("layout");

        Assert.Contains("<b>MbLS: two</b>", MadeUp.Annotations(figure));
        var below = MadeUp.Numbers(layout.GetProperty("yaxis7").GetProperty("domain")); // accuracy of the first panel of the second row
        var above = MadeUp.Numbers(layout.GetProperty("yaxis2").GetProperty("domain")); // counts of the first panel of the first
        Assert.True(below[1] + 0.05 < above[0], $"{below[1]} and {above[0]}");
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("sums of 2 classes, but there are 3 names", Assert.Throws<ArgumentException>(() => ClassReliability.Draw(Classes, Sums[..2])).Message);
        Assert.Contains("'CE' has no pixel in any bin of class 'two'", Assert.Throws<ArgumentException>(
            () => ClassReliability.Draw(Classes, [("CE", [Sums[0], Sums[1], new BinSums(4)])])).Message);
        Assert.Throws<ArgumentException>(() => ClassReliability.Draw(Classes, Array.Empty<(string, IReadOnlyList<BinSums>)>()));
    }
}
