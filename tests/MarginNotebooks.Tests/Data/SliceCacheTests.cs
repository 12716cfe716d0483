using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class SliceCacheTests
{
    private const string Fingerprint = "0123456789abcdef0123";

    private static readonly SegmentationCase[] Cases3 =
        [Cases.Make("a", channels: 2, depth: 3), Cases.Make("b", channels: 2, depth: 1, seed: 2), Cases.Make("c", channels: 2, depth: 5, seed: 3)];

    [Fact]
    public void MappedSlicesAreThoseInMemory()
    {
        using var folder = new TemporaryFolder();
        var (inMemory, mapped) = (Open(folder, long.MaxValue), Open(folder, 0));
        Assert.Null(inMemory.MappedFile);
        Assert.NotNull(mapped.MappedFile);
        Assert.Equal((9, 2, 3, 4), (mapped.Count, mapped.Channels, mapped.Height, mapped.Width));
        Assert.Equal(inMemory.CaseOf, mapped.CaseOf);
        Assert.Equal(inMemory.SliceOf, mapped.SliceOf);
        Assert.True(mapped.LabelledVoxelsLost > 0);
        Assert.Equal(inMemory.LabelledVoxelsLost, mapped.LabelledVoxelsLost);
        Assert.Equal(inMemory.LabelsPresent, mapped.LabelsPresent);
        for (var n = 0; n < mapped.Count; n++)
        {
            Assert.Equal(inMemory.ImageOf(n).ToArray(), mapped.ImageOf(n).ToArray());
            Assert.Equal(inMemory.LabelsOf(n).ToArray(), mapped.LabelsOf(n).ToArray());
        }
        Assert.Equal(inMemory.Images, Enumerable.Range(0, 9).SelectMany(n => mapped.ImageOf(n).ToArray()));
        Assert.Contains(mapped.MappedFile, Assert.Throws<InvalidOperationException>(() => mapped.Images).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapped.ImageOf(9).Length);
        // Nothing half-written stays behind.
        Assert.Equal([mapped.MappedFile], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void AFileOfTheSameDataIsNotMadeAgain()
    {
        using var folder = new TemporaryFolder();
        Open(folder, 0);
        var loads = 0;
        var again = Open(folder, 0, load: i =>
        {
            loads++;
            return Cases3[i];
        });
        Assert.Equal(0, loads);
        Assert.Equal(9, again.Count);
    }

    [Fact]
    public void OtherDataReplaceTheFile()
    {
        using var folder = new TemporaryFolder();
        var first = Open(folder, 0);
        var second = Open(folder, 0, "fedcba9876543210", i => Cases3[i] with { Image = [.. Cases3[i].Image.Select(value => value + 1)] });
        Assert.Equal(first.ImageOf(2)[5] + 1, second.ImageOf(2)[5], 1e-5);
        Assert.Equal([second.MappedFile!], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("another format")]
    [InlineData("another fingerprint")]
    public void AFileThatCannotBeTrustedIsMadeAgain(string damage)
    {
        using var folder = new TemporaryFolder();
        var path = Open(folder, 0).MappedFile!;
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        if (damage == "another format") bytes[7]++;
        // The same first 16 digits, so the same name.
        if (damage == "another fingerprint") Open(folder, 0, Fingerprint[..16] + "ffff");
        else File.WriteAllBytes(path, damage switch { "truncated" => bytes[..^1], "empty" => [], _ => bytes });
        var loads = 0;
        var again = Open(folder, 0, load: i =>
        {
            Interlocked.Increment(ref loads);
            return Cases3[i];
        });
        Assert.Equal(3, loads);
        Assert.Equal(Open(folder, long.MaxValue).Images[^1], again.ImageOf(8)[^1]);
    }

    [Fact]
    public void ACaseThatCannotBeReadLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<InvalidDataException>(() => Open(folder, 0, load: i => i == 1 ? throw new InvalidDataException("b.h5") : Cases3[i]));
        Assert.Equal("b.h5", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static SliceSet Open(TemporaryFolder folder, long budget, string fingerprint = Fingerprint, Func<int, SegmentationCase>? load = null) =>
        new SliceCache(budget, folder.Path).Open(
            "set-train", fingerprint,
            [.. Cases3.Select(item => new CaseShape(item.Id, item.Channels, item.Depth, item.Height, item.Width))],
            load ?? (i => Cases3[i]), 3, 4);
}
