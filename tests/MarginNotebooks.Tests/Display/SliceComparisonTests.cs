using System.Text.Json;
using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class SliceComparisonTests
{
    private static readonly byte[] Truth = [0, 1, 1, 0, 2, 2];

    [Fact]
    public void EveryMethodHasABlockOfThreePicturesWithItsScores()
    {
        var figure = Draw(Slice("a", Says("CE", 1), Says("MbLS", 0)));
        var images = MadeUp.Json(figure).GetProperty("layout").GetProperty("images");
        var texts = MadeUp.Annotations(figure);

        Assert.Equal(2 + 3 + 3, images.GetArrayLength());
        Assert.Equal(
            [
                "<b>a</b>", "Image", "Ground truth",
                // One of the four pixels of class 1 and 2 is missed: class 1 has 2·1/(1+2), class 2 all.
                "<b>CE</b>", "Prediction: DSC 0.833", "Confidence: 0.80", "Errors: accuracy 0.75",
                "<b>MbLS</b>", "Prediction: DSC 1.000", "Confidence: 0.80", "Errors: accuracy 1.00",
            ], texts);
        Assert.Contains("MbLS DSC 1.000, mean confidence 0.80, accuracy 1.00", figure.AltText);
        Assert.False(MadeUp.Json(figure).GetProperty("layout").TryGetProperty("updatemenus", out _)); // one slice needs no button
    }

    [Fact]
    public void BlocksAndPicturesDoNotOverlap()
    {
        var boxes = MadeUp.Json(Draw(Slice("a", Says("CE", 0), Says("FL", 0), Says("LS", 0), Says("MbLS", 0)))).GetProperty("layout")
            .GetProperty("images").EnumerateArray()
            .Select(image => (Left: Number(image, "x"), Top: Number(image, "y"), Width: Number(image, "sizex"), Height: Number(image, "sizey"))).ToArray();

        Assert.Equal(14, boxes.Length);
        Assert.All(boxes, box => Assert.True(box.Left >= 0 && box.Left + box.Width <= 1.00001 && box.Top <= 1 && box.Top - box.Height >= -0.00001));
        for (var i = 0; i < boxes.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.True(
                    boxes[i].Left >= boxes[j].Left + boxes[j].Width || boxes[j].Left >= boxes[i].Left + boxes[i].Width
                    || boxes[i].Top - boxes[i].Height >= boxes[j].Top || boxes[j].Top - boxes[j].Height >= boxes[i].Top, $"pictures {j} and {i}");

        static double Number(JsonElement image, string member) => image.GetProperty(member).GetDouble();
    }

    [Fact]
    public void AButtonOfEachSliceHoldsItsPicturesAndTexts()
    {
        var layout = MadeUp.Json(Draw(Slice("a", Says("CE", 0)), Slice("b", Says("CE", 2)))).GetProperty("layout");
        var buttons = layout.GetProperty("updatemenus")[0].GetProperty("buttons");

        Assert.Equal(["a", "b"], buttons.EnumerateArray().Select(button => button.GetProperty("label").GetString()));
        var (first, second) = (Change(0), Change(1));
        Assert.Equal(layout.GetProperty("images").GetRawText(), first.GetProperty("images").GetRawText());
        Assert.Equal(layout.GetProperty("annotations").GetRawText(), first.GetProperty("annotations").GetRawText());
        Assert.Contains("<b>b</b>", second.GetProperty("annotations").GetRawText().Replace("\\u003c", "<").Replace("\\u003e", ">"));
        Assert.Contains("Prediction: DSC 0.500", second.GetProperty("annotations").GetRawText()); // class 1 missed altogether
        Assert.NotEqual(first.GetProperty("images")[2].GetProperty("source").GetString(), second.GetProperty("images")[2].GetProperty("source").GetString());

        JsonElement Change(int button) => buttons[button].GetProperty("args")[0];
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Throws<ArgumentException>(() => Draw());
        Assert.Contains(
            "'b' has the methods FL, but 'a' has CE",
            Assert.Throws<ArgumentException>(() => Draw(Slice("a", Says("CE", 0)), Slice("b", Says("FL", 0)))).Message);
        Assert.Throws<ArgumentException>(() => Draw(Slice("a", Says("CE", 0) with { Confidence = [1] })));
    }

    private static Figure Draw(params ComparedSlice[] slices) => SliceComparison.Draw(slices, ["RV", "LV"]);

    private static ComparedSlice Slice(string name, params SlicePrediction[] methods) => new(name, [0, 1, 2, 3, 4, 5], Truth, 2, 3, methods);

    /// <summary>The truth without the first so many pixels of class 1, at confidence 0.8.</summary>
    private static SlicePrediction Says(string name, int missed)
    {
        byte[] labels = [.. Truth];
        for (var i = 0; i < missed; i++)
            labels[1 + i] = 0;
        return new SlicePrediction(name, labels, [.. Truth.Select(_ => 0.8f)]);
    }
}
