using MarginNotebooks.Data;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The charts of what a data set holds.</summary>
public static class DataCharts
{
    /// <summary>A slice of each of a few training cases, those spread evenly over the list; of each the slice with the most foreground.</summary>
    /// <param name="contents">A data set with cases.</param>
    /// <param name="count">How many cases, at most.</param>
    /// <returns>The figure: first channel, at the size used in training.</returns>
    /// <exception cref="ArgumentException">The data set has no training case.</exception>
    public static Figure Slices(DatasetContents contents, int count = 4)
    {
        var training = contents.Cases.Where(item => item.Part == SplitPart.Train).ToList();
        if (training.Count == 0)
            throw new ArgumentException($"'{contents.Info.Key}' has no training case ({contents.Remark}): there is nothing to draw.", nameof(contents));
        var chosen = Enumerable.Range(0, Math.Min(count, training.Count)).Select(i => training[i * training.Count / Math.Min(count, training.Count)]).ToList();
        var cases = chosen.ConvertAll(contents.Load);
        var (height, width) = contents.Info.Fit.SizeFor(cases);
        var slices = chosen.Zip(cases, (found, item) =>
        {
            var shown = item.CropOrPad(height, width);
            var pixels = new Range(found.LargestSlice * height * width, (found.LargestSlice + 1) * height * width);
            return new AnnotatedSlice(item.Id, shown.Image[pixels], shown.Labels[pixels]);
        });
        return SliceGallery.Draw(
            [.. slices], height, width, [.. contents.Info.ClassNames.Skip(1)], $"Slices of {contents.Info.Key}",
            $"of {chosen.Count} training cases the slice with the most foreground: {string.Join(", ", chosen.Select(item => $"{item.LargestSlice + 1} of {item.Shape.Depth}"))}"
            + $"{(contents.Info.Channels > 1 ? $", {contents.Info.ChannelNames[0]}" : "")}; {height} × {width} pixels, as in training");
    }

    /// <summary>How bright the voxels of each class are.</summary>
    /// <param name="contents">A data set with cases.</param>
    /// <returns>The figure: a panel a channel.</returns>
    /// <exception cref="ArgumentException">The data set has no case.</exception>
    public static Figure Intensities(DatasetContents contents) => IntensityDistribution.Draw(contents);

    /// <summary>How large each structure is: a box a class, a point a case.</summary>
    /// <param name="contents">A data set with cases.</param>
    /// <returns>The figure: millilitres, or thousands of voxels where the sources name no unit of length.</returns>
    /// <exception cref="ArgumentException">The data set has no case, or a class has none.</exception>
    public static Figure Volumes(DatasetContents contents)
    {
        if (contents.Cases.Count == 0)
            throw new ArgumentException($"'{contents.Info.Key}' has no case ({contents.Remark}): there is nothing to draw.", nameof(contents));
        var names = contents.Info.ClassNames;
        return CaseBoxPlot.Draw(
            [
                .. Enumerable.Range(1, names.Count - 1).Select(k => (names[k], (IReadOnlyList<CaseValue>)
                    [.. contents.Cases.Select(item => new CaseValue(item.Id, item.PatientId, DataTables.Volume(contents, item, k)))])),
            ],
            DataTables.VolumeUnit(contents), $"Volumes of the structures of {contents.Info.Key}", $"all {contents.Cases.Count} cases; 0 where a case has no voxel of the class");
    }
}
