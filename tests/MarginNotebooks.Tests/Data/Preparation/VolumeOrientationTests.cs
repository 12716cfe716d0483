using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class VolumeOrientationTests
{
    [Fact]
    public void Every_orientation_is_turned_to_every_other_and_keeps_each_voxel_at_its_place()
    {
        var all = (from a in "RL"
                   from b in "AP"
                   from c in "IS"
                   from order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
                   select new string([.. order.Select(i => new[] { a, b, c }[i])])).ToList();
        Assert.Equal(48, all.Count);
        foreach (var from in all)
            foreach (var to in all)
            {
                var volume = Volume(from);
                Assert.Equal(from, VolumeOrientation.Of(volume.Affine));
                var turned = volume.Turned(from, to);
                Assert.Equal(to, VolumeOrientation.Of(turned.Affine));
                Assert.Equal(Places(volume), Places(turned));
            }
    }

    [Fact]
    public void Oblique_axes_take_the_closest_letter()
    {
        // 40 degrees about z; then one where two axes are closest to the same side.
        Assert.Equal("LPS", VolumeOrientation.Of(new[,] { { -0.77, 0.64, 0, 0 }, { -0.64, -0.77, 0, 0 }, { 0, 0, 1.0, 0 }, { 0, 0, 0, 1 } }));
        Assert.Equal("RAS", VolumeOrientation.Of(new[,] { { 1.0, 0.8, 0, 0 }, { 0, 0.6, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } }));
    }

    [Theory]
    [InlineData("LPS", true)]
    [InlineData("ASR", true)]
    [InlineData("LRS", false)]
    [InlineData("LP", false)]
    [InlineData("lps", false)]
    [InlineData("???", false)]
    public void Only_three_sides_are_an_orientation(string letters, bool expected) => Assert.Equal(expected, VolumeOrientation.IsOrientation(letters));

    private static SourceVolume Volume(string orientation)
    {
        int[] shape = [2, 3, 4];
        var affine = new double[4, 4];
        affine[3, 3] = 1;
        for (var axis = 0; axis < 3; axis++)
        {
            var row = Math.Max("RAS".IndexOf(orientation[axis]), "LPI".IndexOf(orientation[axis]));
            affine[row, axis] = ("RAS".Contains(orientation[axis]) ? 1 : -1) * (axis + 1.5);
            affine[axis, 3] = 10 * axis;
        }
        return new SourceVolume
        {
            Values = [.. Enumerable.Range(0, 48).Select(i => (float)i)],
            Shape = shape,
            Channels = 2,
            FileShape = "2×3×4×2",
            Affine = affine,
            HasOrientation = true,
            Spacing = new VoxelSpacing(3.5, 2.5, 1.5),
            InMillimetres = true,
            Type = "Float32",
        };
    }

    // Value of each channel at each position in space.
    private static SortedDictionary<string, float> Places(SourceVolume volume)
    {
        var places = new SortedDictionary<string, float>();
        for (var i = 0; i < volume.Values.Length; i++)
        {
            double[] index = [i % volume.Shape[0], i / volume.Shape[0] % volume.Shape[1], i / volume.Shape[0] / volume.Shape[1] % volume.Shape[2]];
            var position = Enumerable.Range(0, 3).Select(row => Math.Round(volume.Affine[row, 3] + index.Select((at, axis) => at * volume.Affine[row, axis]).Sum(), 6) + 0.0);
            places.Add($"{i / 24}: {string.Join(' ', position)}", volume.Values[i]);
        }
        return places;
    }
}
