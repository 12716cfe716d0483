using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class CaseContentsTests
{
    // Two slices of 3 × 4: a block of class 1 beside a voxel of class 2 and one without annotation; and one slice of background.
    private static readonly SegmentationCase Item = new()
    {
        Id = "a_1",
        PatientId = "a",
        Group = "g",
        Image = [.. Enumerable.Range(0, 24).Select(i => (float)i)],
        Labels =
        [
            0, 0, 0, 0,
            1, 1, 2, 255,
            1, 1, 0, 0,
            0, 0, 0, 0,
            0, 0, 0, 0,
            0, 0, 0, 0,
        ],
        Channels = 1,
        Depth = 2,
        Height = 3,
        Width = 4,
        Spacing = new VoxelSpacing(5, 2, 2),
    };

    [Fact]
    public void Counts_classes_boundary_and_slices()
    {
        var contents = CaseContents.Of(Item, SplitPart.Valid, 3, 0, 24);
        Assert.Equal(("a_1", "a", "g", SplitPart.Valid, (2, 3, 4)), (contents.Id, contents.PatientId, contents.Group, contents.Part, contents.Shape));
        Assert.Equal([18, 4, 1], contents.Voxels);
        Assert.Equal(1, contents.NotAnnotated);
        // Of class 1 only the lower left voxel has no other neighbour; of the background the three above the classes and the one below class 2.
        Assert.Equal([4, 3, 1], contents.Boundary);
        Assert.Equal([2, 1, 1], contents.Slices);
        Assert.Equal((1, 0), (contents.EmptySlices, contents.LargestSlice));
    }

    [Fact]
    public void The_histogram_holds_every_annotated_voxel_once()
    {
        var contents = CaseContents.Of(Item, SplitPart.Train, 3, 4, 24);
        var rows = contents.Histogram.Chunk(CaseContents.Bins).ToArray();
        Assert.Equal([18, 4, 1], rows.Select(row => row.Sum()));
        // Bins are 0.4 wide from 4 on: intensity 6, of class 2, is in bin 5; 0 to 3 are below the range and count in the first.
        Assert.Equal(1, rows[2][5]);
        Assert.Equal(4, rows[0][0]);
    }

    [Fact]
    public void Channels_have_histograms_of_their_own()
    {
        var two = Item with { Channels = 2, Image = [.. Item.Image, .. Item.Image.Select(value => 24 - value)] };
        var rows = CaseContents.Of(two, SplitPart.Train, 3, 0, 25).Histogram.Chunk(CaseContents.Bins).ToArray();
        Assert.Equal(6, rows.Length);
        Assert.Equal((1, 1), ((int)rows[2][12], (int)rows[5][36])); // 6 and 18, bins of 0.5
    }

    [Fact]
    public void A_constant_image_and_a_case_without_foreground_are_counted()
    {
        var empty = CaseContents.Of(Item with { Labels = new byte[24], Image = new float[24] }, SplitPart.Train, 2, 0, 0);
        Assert.Equal((2, 1), (empty.EmptySlices, empty.LargestSlice));
        Assert.Equal([0, 0], empty.Boundary);
        Assert.Equal(24, empty.Histogram[0]);
    }

    [Fact]
    public void A_label_that_is_no_class_is_named() => Assert.Contains(
        "'a_1' has the label 2 in slice 1",
        Assert.Throws<InvalidDataException>(() => CaseContents.Of(Item, SplitPart.Train, 2, 0, 1)).Message);
}
