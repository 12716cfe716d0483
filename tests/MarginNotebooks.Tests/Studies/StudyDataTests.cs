using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Data.Preparation;

namespace MarginNotebooks.Tests.Studies;

public sealed class StudyDataTests
{
    private static readonly PhantomOptions Options = new() { Patients = 10, Size = 64, Depth = 2 };

    [Fact]
    public void A_smaller_phantom_has_the_same_cases_at_half_the_resolution()
    {
        var (whole, half) = (StudyData.Phantom(Options), StudyData.Phantom(Options, downsampling: 2));
        Assert.Equal(
            (whole.Training.Count, whole.Validation.Count, whole.Test.Count), (half.Training.Count, half.Validation.Count, half.Test.Count));
        Assert.Equal((32, 32), (half.Training.Slices.Height, half.Training.Slices.Width));
        Assert.Equal((32, 32), (half.Validation.Slices.Height, half.Validation.Slices.Width));
        foreach (var (large, small) in whole.Test.Zip(half.Test))
        {
            var expected = large.Downsampled(2);
            Assert.Equal(expected.Id, small.Id);
            Assert.Equal(expected.Image, small.Image);
            Assert.Equal(expected.Labels, small.Labels);
            Assert.Equal(expected.Spacing, small.Spacing);
        }
        Assert.Equal(3, new[] { whole.Checksum, half.Checksum, StudyData.Phantom(Options, downsampling: 4).Checksum }.Distinct().Count());
        Assert.Equal(whole.Checksum, StudyData.Phantom(Options, downsampling: 1).Checksum);
    }

    [Fact]
    public void A_smaller_prepared_set_has_the_same_cases_at_half_the_resolution()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 10);
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["data/hippocampus"]);
        var configuration = new RunConfiguration { Dataset = "hippocampus", Method = "ce" };
        var whole = StudyData.Open(configuration, folder["data"]);
        var half = StudyData.Open(configuration with { Downsampling = 2 }, folder["data"]);
        Assert.Equal((64, 64), (whole.Training.Slices.Height, whole.Training.Slices.Width));
        Assert.Equal((32, 32), (half.Training.Slices.Height, half.Training.Slices.Width));
        Assert.Equal(
            (whole.Training.Count, whole.Validation.Count, whole.Test.Count), (half.Training.Count, half.Validation.Count, half.Test.Count));
        Assert.Equal(whole.Test.Select(item => item.Height / 2), half.Test.Select(item => item.Height));
        Assert.Equal(whole.Test[0].Downsampled(2).Labels, half.Test[0].Labels);
        Assert.NotEqual(whole.Checksum, half.Checksum);
        Assert.Equal(whole.Info.ClassNames, half.Info.ClassNames);
        Assert.Equal(new SliceFit(32, 32, 32), half.Info.Fit);
    }

    [Fact]
    public void Runs_at_other_resolutions_do_not_share_their_data()
    {
        var run = new RunConfiguration { Dataset = "phantom", Method = "ce", PhantomPatients = 10 };
        Assert.True(StudyData.SameFor(run, run with { Method = "ls" }));
        Assert.False(StudyData.SameFor(run, run with { Downsampling = 2 }));
    }
}
