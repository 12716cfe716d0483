using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class SliceGalleryTests
{
    private static readonly AnnotatedSlice First = new("case <1>", [0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 255]);
    private static readonly AnnotatedSlice Second = new("case 2", [5, 4, 3, 2, 1, 0], new byte[6]);

    [Fact]
    public void Images_are_above_their_annotations()
    {
        var figure = SliceGallery.Draw([First, Second], 2, 3, ["RV", "LV"]);
        var pictures = MadeUp.Json(figure).GetProperty("layout").GetProperty("images").EnumerateArray()
            .Select(picture => picture.GetProperty("source").GetString()).ToArray();
        Assert.Equal(4, pictures.Length);
        Assert.NotEqual(pictures[0], pictures[2]); // classes are tinted
        Assert.Equal(pictures[1], pictures[3]);    // nothing to tint
        Assert.Equal(["<b>image</b>", "<b>annotation</b>", "case &lt;1&gt;", "case 2"], MadeUp.Annotations(figure));
        Assert.Contains("case <1> (2 pixels RV, 1 pixels LV)", figure.AltText);
        Assert.Single(MadeUp.Traces(figure, "RV"));
    }

    [Fact]
    public void Says_what_is_wrong()
    {
        Assert.Throws<ArgumentException>(() => SliceGallery.Draw([], 2, 3, ["RV"]));
        Assert.Contains("the image of 'case 2' has 6", Assert.Throws<ArgumentException>(() => SliceGallery.Draw([Second], 3, 3, ["RV"])).Message);
        Assert.Contains("the ground truth of 'case <1>' has class 2", Assert.Throws<ArgumentException>(() => SliceGallery.Draw([First], 2, 3, ["RV"])).Message);
    }
}
