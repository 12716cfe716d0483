using MarginNotebooks.Display;
using SkiaSharp;

namespace MarginNotebooks.Tests.Display;

public sealed class SliceOverlayTests
{
    private const int Height = 3;
    private const int Width = 4;
    private static readonly float[] Image = [.. Enumerable.Range(0, Height * Width).Select(p => (float)p)];
    private static readonly byte[] Truth = [0, 0, 1, 1, 0, 2, 2, 1, 255, 0, 0, 0];

    [Fact]
    public void EachMethodHasARowOfFivePictures()
    {
        var figure = Draw(Exact("CE"), Exact("MbLS"));
        var layout = MadeUp.Json(figure).GetProperty("layout");

        Assert.Equal(10, layout.GetProperty("images").GetArrayLength());
        Assert.Contains("<b>CE</b>", MadeUp.Annotations(figure));
        Assert.Equal(["Image", "Ground truth", "Prediction", "Confidence", "Errors"], MadeUp.Annotations(figure)[^5..]);
        for (var panel = 0; panel < 10; panel++)
        {
            var y = layout.GetProperty(panel == 0 ? "yaxis" : $"yaxis{panel + 1}");
            Assert.Equal([Height, 0], MadeUp.Numbers(y.GetProperty("range"))); // rows run downwards
            Assert.Equal(panel == 0 ? "x" : $"x{panel + 1}", y.GetProperty("scaleanchor").GetString()); // pixels are square
        }
    }

    [Fact]
    public void PicturesKeepPlaceAndOrientation()
    {
        using var grey = Picture(Draw(Exact("CE")), 0);

        Assert.True(At(grey, 0, 0).Red < At(grey, 0, 3).Red);
        Assert.True(At(grey, 0, 3).Red < At(grey, 2, 3).Red);
        Assert.Equal(0, At(grey, 0, 0).Red);
    }

    [Fact]
    public void PredictionIsTintedWithItsClassAndNothingElse()
    {
        var figure = Draw(Exact("CE"));
        using var grey = Picture(figure, 0);
        using var predicted = Picture(figure, 2);

        Assert.Equal(At(grey, 0, 0), At(predicted, 0, 0)); // background
        var (r, g, b) = Palette.Rgb(Palette.Class(1));
        var under = At(grey, 0, 3).Red;
        var expected = new SKColor(Viridis.Mix(under, r, 0.35), Viridis.Mix(under, g, 0.35), Viridis.Mix(under, b, 0.35));
        Assert.Equal(expected, At(predicted, 0, 3));
    }

    [Fact]
    public void ConfidenceRunsFromOneOverClassesToOne()
    {
        var method = Exact("CE");
        method.Confidence[0] = 1f / 3;
        method.Confidence[1] = 1;
        using var picture = Picture(Draw(method), 3);

        Assert.Equal(SKColor.Parse("#440154"), At(picture, 0, 0));
        Assert.Equal(SKColor.Parse("#FDE725"), At(picture, 0, 1));
    }

    [Fact]
    public void OnlyAnnotatedWrongPixelsAreErrorsAndConfidentOnesAreStronger()
    {
        var method = Exact("CE");
        (method.Labels[0], method.Confidence[0]) = (1, 1f);
        (method.Labels[9], method.Confidence[9]) = (1, 1f / 3);
        method.Labels[8] = 2; // not annotated
        var figure = Draw(method);
        using var errors = Picture(figure, 4);

        var (r, g, b) = Palette.Rgb(Palette.Vermillion);
        Assert.Equal(new SKColor(r, g, b), At(errors, 0, 0));
        Assert.True(IsGrey(At(errors, 2, 0)), "an unannotated pixel is no error");
        Assert.True(IsGrey(At(errors, 1, 1)), "a right pixel is no error");
        Assert.False(IsGrey(At(errors, 2, 1)));
        Assert.Contains("CE has 2 wrong pixels with mean confidence 0.67", figure.AltText);
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("has 12 values, but the confidence of 'CE' has 1", Message(Exact("CE") with { Confidence = [1] }));
        Assert.Contains("names for classes 1 to 2, but the prediction of 'CE' has class 3",
            Message(Exact("CE") with { Labels = [.. Truth[..11], 3] }));
        Assert.Throws<ArgumentException>(() => Draw());

        static string Message(SlicePrediction method) => Assert.Throws<ArgumentException>(() => Draw(method)).Message;
    }

    [Fact]
    public void JsonStaysSmall()
    {
        var random = new Random(3);
        const int size = 192;
        float[] noise = [.. Enumerable.Range(0, size * size).Select(_ => random.NextSingle())];
        var labels = new byte[size * size];
        var figure = SliceOverlay.Draw(noise, labels, size, size, [new SlicePrediction("CE", labels, noise)], ["one"]);

        Assert.InRange(figure.ToPlotlyJson().Length, 1, 600_000); // pure noise; as numbers it would be ten times as much
    }

    private static Figure Draw(params SlicePrediction[] methods) => SliceOverlay.Draw(Image, Truth, Height, Width, methods, ["RV", "LV"]);

    private static SlicePrediction Exact(string name) =>
        new(name, [.. Truth.Select(label => label == 255 ? (byte)0 : label)], [.. Truth.Select(_ => 0.9f)]);

    private static SKBitmap Picture(Figure figure, int index)
    {
        var source = MadeUp.Json(figure).GetProperty("layout").GetProperty("images")[index].GetProperty("source").GetString()!;
        return SKBitmap.Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]));
    }

    private static SKColor At(SKBitmap picture, int row, int column)
    {
        var scale = picture.Width / Width;
        return picture.GetPixel((column * scale) + (scale / 2), (row * scale) + (scale / 2));
    }

    private static bool IsGrey(SKColor colour) => colour.Red == colour.Green && colour.Green == colour.Blue;
}
