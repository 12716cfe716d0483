using System.Text.RegularExpressions;
using MarginNotebooks.Host.Notebooks.Formatting;
using SkiaSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Tests.Notebooks.Formatting;

public sealed class TensorsTests
{
    [Fact]
    public void A_small_tensor_shows_its_values()
    {
        using var scope = NewDisposeScope();
        Assert.Equal("tensor (2, 3) int64 cpu\n[[0, 1, 2],\n [3, 4, 5]]", Text(arange(6).reshape(2, 3)));
        Assert.Equal("tensor (2, 1, 2) bool cpu\n[[[ True, False]],\n\n [[False,  True]]]", Text(tensor([true, false, false, true]).reshape(2, 1, 2)));
        Assert.Equal("tensor (2,) float32 cpu requires_grad\n[0.1,   2]", Text(tensor([0.1f, 2], requires_grad: true)));
        Assert.Equal("tensor () float64 cpu\n0.33333", Text(tensor(1.0 / 3)));
        Assert.Equal("tensor (0, 4) float32 cpu\n[]", Text(zeros(0, 4)));
        Assert.StartsWith("tensor (1,) complex64 cpu", Text(zeros(1, dtype: ScalarType.ComplexFloat32)));
    }

    [Fact]
    public void A_large_one_shows_its_range_and_its_edges()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            "tensor (1000,) float32 cpu\nmin 0, max 999, mean 499.5\n[  0,   1,   2,   3,   4, …, 995, 996, 997, 998, 999]",
            Text(arange(1000, dtype: ScalarType.Float32)));
        var broken = ones([30, 3, 3, 3, 2]);
        broken[0, 0, 0, 0, 0] = float.NaN;
        Assert.Contains("\nmin 1, max 1, mean 1, 1 NaN or infinite\n[[[[[NaN,   1],", Text(broken));
        Assert.Contains("min NaN, max NaN, mean NaN, 300 NaN or infinite", Text(full(300, double.NaN)));
    }

    [Fact]
    public void A_disposed_tensor_is_said_to_be_one()
    {
        var gone = zeros(2);
        gone.Dispose();
        Assert.Equal("tensor, disposed", Text(gone));
    }

    [Fact]
    public void A_plane_is_a_grey_picture_from_min_to_max()
    {
        using var scope = NewDisposeScope();
        var (picture, html) = Draw(arange(64).reshape(8, 8));
        using (picture)
        {
            Assert.Equal((192, 192), (picture.Width, picture.Height)); // every number a square of 24 pixels
            Assert.Equal(new SKColor(0, 0, 0), picture.GetPixel(23, 23));
            Assert.Equal(new SKColor(255, 255, 255), picture.GetPixel(191, 191));
            Assert.Equal(Math.Round(255 * 9 / 63.0), picture.GetPixel(24, 24).Red, 1.0);
        }
        Assert.Contains("alt=\"tensor (8, 8) int64 cpu as a picture\"", html);
        Assert.Contains("black to white from min to max", html);
    }

    [Fact]
    public void Three_channels_are_colours()
    {
        using var scope = NewDisposeScope();
        var red = zeros(3, 10, 20);
        red[0].fill_(1);
        var (picture, html) = Draw(red);
        using (picture)
            Assert.Equal(((180, 90), SKColors.Red), ((picture.Width, picture.Height), picture.GetPixel(5, 5)));
        Assert.Contains("colours from 0 to 1", html);
        var (stored, remark) = Draw((red * 200).to(ScalarType.Byte));
        using (stored)
            Assert.Equal(new SKColor(200, 0, 0), stored.GetPixel(0, 0));
        Assert.Contains("colours as stored", remark);
    }

    [Fact]
    public void A_batch_is_a_grid_of_its_first_images()
    {
        using var scope = NewDisposeScope();
        var batch = arange(20.0).reshape(20, 1, 1, 1).expand(20, 1, 192, 192);
        var (picture, html) = Draw(batch);
        using (picture)
        {
            Assert.Equal(((4 * 194) - 2, (4 * 194) - 2), (picture.Width, picture.Height));
            Assert.Equal(0, picture.GetPixel(192, 0).Alpha); // the gap
            Assert.Equal(17, picture.GetPixel(194, 0).Red); // 1 of 0 to 15
            Assert.Equal(255, picture.GetPixel(600, 600).Red);
        }
        Assert.Contains("first 16 of 20", html);
    }

    [Theory]
    [InlineData(7, 100)]
    [InlineData(2, 8, 8)]
    [InlineData(2, 4, 8, 8)]
    [InlineData(64)]
    public void Other_shapes_are_no_pictures(params int[] shape)
    {
        using var scope = NewDisposeScope();
        Assert.DoesNotContain(ValueFormatter.Format(zeros([.. shape.Select(size => (long)size)])).Parts, part => part.Key == MimeBundle.Html);
    }

    [Fact]
    public void A_very_large_plane_is_thinned_out()
    {
        using var scope = NewDisposeScope();
        var (picture, html) = Draw(zeros(3000, 1500));
        using (picture)
            Assert.Equal((500, 1000), (picture.Width, picture.Height));
        Assert.Contains("one pixel in 3 each way", html);
    }

    private static string Text(Tensor value) => ValueFormatter.Format(value).Text;

    private static (SKBitmap Picture, string Html) Draw(Tensor value)
    {
        var html = ValueFormatter.Format(value).Parts[0].Value;
        return (SKBitmap.Decode(Convert.FromBase64String(Regex.Match(html, "data:image/png;base64,([^\"]+)").Groups[1].Value)), html);
    }
}
