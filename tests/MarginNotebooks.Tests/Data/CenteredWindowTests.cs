using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class CenteredWindowTests
{
    [Fact]
    public void The_crop_of_acdc_is_16_to_208()
    {
        var item = Cases.Make("a", depth: 2, height: 224, width: 224);
        var crop = item.CropOrPad(192, 192);
        for (var slice = 0; slice < 2; slice++)
            foreach (var (row, column) in (ReadOnlySpan<(int, int)>)[(0, 0), (191, 191), (17, 100)])
            {
                var from = (slice * 224 + row + 16) * 224 + column + 16;
                var to = (slice * 192 + row) * 192 + column;
                Assert.Equal((item.Image[from], item.Labels[from]), (crop.Image[to], crop.Labels[to]));
            }
    }

    [Fact]
    public void Pads_with_background_at_the_darkest_intensity_of_each_channel()
    {
        var item = Cases.Make("a", channels: 2, depth: 3, height: 3, width: 4);
        var padded = item.CropOrPad(6, 6);
        Assert.Equal((3, 6, 6), (padded.Depth, padded.Height, padded.Width));
        padded.Validated();
        for (var channel = 0; channel < 2; channel++)
            Assert.Equal(item.Image.Chunk(36).ElementAt(channel).Min(), padded.Image[channel * 108]);
        Assert.Equal(0, padded.Labels[0]);
        Assert.Equal(item.Labels.Count(label => label > 0), padded.Labels.Count(label => label > 0));
    }

    [Fact]
    public void Padding_and_cropping_back_changes_nothing()
    {
        foreach (var (height, width) in (ReadOnlySpan<(int, int)>)[(64, 64), (35, 80), (37, 52), (36, 51)])
        {
            var item = Cases.Make("a", channels: 2, depth: 2, height: 35, width: 50);
            var back = item.CropOrPad(height, width).CropOrPad(35, 50);
            Assert.Equal(item.Image, back.Image);
            Assert.Equal(item.Labels, back.Labels);
        }
    }

    [Fact]
    public void Crops_one_axis_and_pads_the_other()
    {
        var item = Cases.Make("a", depth: 1, height: 7, width: 2);
        var both = item.CropOrPad(3, 5);
        // Rows 2 to 4 of seven; one column of padding before, two behind.
        for (var row = 0; row < 3; row++)
            for (var column = 0; column < 2; column++)
                Assert.Equal(item.Image[(row + 2) * 2 + column], both.Image[row * 5 + column + 1]);
    }

    [Fact]
    public void Counts_labelled_voxels_that_a_crop_would_lose()
    {
        var random = new SeededRandom(2);
        for (var trial = 0; trial < 50; trial++)
        {
            var item = Cases.Make("a", depth: 2, height: 3 + random.Below(9), width: 3 + random.Below(9), seed: (ulong)trial);
            var (height, width) = (1 + random.Below(12), 1 + random.Below(12));
            var kept = item.CropOrPad(height, width).Labels.Count(label => label > 0);
            Assert.Equal(item.Labels.Count(label => label > 0) - kept, item.LabelledVoxelsOutside(height, width));
        }
    }

    [Fact]
    public void The_fit_of_a_data_set_grows_to_a_multiple_or_not_at_all()
    {
        SegmentationCase[] cases = [Cases.Make("a", height: 35, width: 50), Cases.Make("b", height: 35, width: 65)];
        Assert.Equal((64, 96), new SliceFit(64, 64, 32).SizeFor(cases));
        Assert.Equal((64, 64), new SliceFit(64, 64, 32).SizeFor(cases[..1]));
        Assert.Equal((64, 64), new SliceFit(64, 64).SizeFor(cases));
        Assert.Equal(96, new SliceFit(64, 64, 32).Apply(cases[1]).Width);
    }
}
