using MarginNotebooks.Display;
using SkiaSharp;

namespace MarginNotebooks.Tests.Display;

public sealed class CalibrationMapTests
{
    private const int Height = 5;
    private const int Width = 6;
    private static readonly byte[] Truth = [.. Enumerable.Range(0, Height * Width).Select(p => (byte)(p == 0 ? 255 : p % 3))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void LocalMeansAgreeWithALoopOverTheWindow(int radius)
    {
        var prediction = Prediction();
        var local = LocalCalibration.Of(Truth, prediction, Height, Width, radius, 255);

        for (var p = 1; p < Truth.Length; p++)
        {
            int[] window = [.. Enumerable.Range(0, Truth.Length).Where(q => Truth[q] != 255
                && Math.Abs((q / Width) - (p / Width)) <= radius && Math.Abs((q % Width) - (p % Width)) <= radius)];
            Assert.Equal(window.Average(q => prediction.Confidence[q]), local.Confidence[p], 1e-5);
            Assert.Equal(window.Average(q => prediction.Labels[q] == Truth[q] ? 1.0 : 0), local.Accuracy[p], 1e-5);
            Assert.Equal(local.Confidence[p] - local.Accuracy[p], local.Gap[p], 1e-6);
        }

        Assert.True(float.IsNaN(local.Gap[0]), "an unannotated pixel has no value");
    }

    [Fact]
    public void OverConfidenceIsVermillionUnderConfidencePurpleAndNoAnnotationGrey()
    {
        byte[] truth = [0, 0, 0, 255];
        byte[] labels = [1, 0, 0, 0]; // wrong and sure; right and sure; right and unsure
        var figure = CalibrationMap.Draw([1, 2, 3, 4], truth, 1, 4, [new SlicePrediction("CE", labels, [1, 1, 0.5f, 0.5f])], ["one"], window: 1);
        using var gap = Picture(figure, 4);

        Assert.Equal(SKColor.Parse("#A34700"), At(gap, 0)); // the far end: sure and wrong
        Assert.Equal(SKColors.White, At(gap, 1));
        var under = At(gap, 2);
        Assert.True(under.Blue > under.Red && under.Blue > under.Green, $"{under} should be purple");
        Assert.Equal(new SKColor(200, 200, 200), At(gap, 3));
        Assert.Contains("pixel by pixel", figure.AltText);
        Assert.Contains("over-confident by more than 0.1 at 33.3% of the pixels, under-confident by more than 0.1 at 33.3%", figure.AltText);
    }

    [Fact]
    public void EachMethodHasARowOnTheSameColours()
    {
        var figure = CalibrationMap.Draw(new float[Truth.Length], Truth, Height, Width, [Prediction(), Prediction() with { Name = "MbLS" }], ["one", "two"]);

        Assert.Equal(10, MadeUp.Json(figure).GetProperty("layout").GetProperty("images").GetArrayLength());
        Assert.Equal(["Ground truth", "Errors", "Local confidence", "Local accuracy", "Their difference"], MadeUp.Annotations(figure)[^5..]);
        var bar = MadeUp.Traces(figure, "over (+), under (−)").Single().GetProperty("marker");
        Assert.Equal(-bar.GetProperty("cmin").GetDouble(), bar.GetProperty("cmax").GetDouble());
        Assert.Contains("means over 7 × 7 pixels", MadeUp.Json(figure).GetProperty("layout").GetProperty("title").GetProperty("text").GetString());
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("odd number", Assert.Throws<ArgumentOutOfRangeException>(() => Draw(Prediction(), window: 4)).Message);
        var broken = Prediction();
        broken.Confidence[7] = float.NaN;
        Assert.Contains("The confidence of 'CE' at pixel 7 is NaN", Assert.Throws<ArgumentException>(() => Draw(broken)).Message);
        Assert.Contains("has 30 values, but the prediction of 'CE' has 1", Assert.Throws<ArgumentException>(() => Draw(Prediction() with { Labels = [0] })).Message);

        static Figure Draw(SlicePrediction prediction, int window = 3) =>
            CalibrationMap.Draw(new float[Truth.Length], Truth, Height, Width, [prediction], ["one", "two"], window);
    }

    private static SlicePrediction Prediction()
    {
        var random = new Random(2);
        return new SlicePrediction("CE", [.. Truth.Select(_ => (byte)random.Next(3))], [.. Truth.Select(_ => (1 + (2 * random.NextSingle())) / 3)]);
    }

    private static SKBitmap Picture(Figure figure, int index)
    {
        var source = MadeUp.Json(figure).GetProperty("layout").GetProperty("images")[index].GetProperty("source").GetString()!;
        return SKBitmap.Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]));
    }

    private static SKColor At(SKBitmap picture, int column)
    {
        var scale = picture.Width / 4;
        return picture.GetPixel((column * scale) + (scale / 2), picture.Height / 2);
    }
}
