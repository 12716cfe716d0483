using MarginNotebooks.Reference;

namespace MarginNotebooks.Display;

/// <summary>A slice and its annotation, for a <see cref="SliceGallery"/>.</summary>
/// <param name="Heading">Which slice it is, for example <c>case 118, slice 17</c>.</param>
/// <param name="Image">Intensities, row-major <c>(H, W)</c>.</param>
/// <param name="Labels">Class of each pixel, row-major <c>(H, W)</c>; 255 is "not annotated".</param>
public sealed record AnnotatedSlice(string Heading, float[] Image, byte[] Labels);

/// <summary>Slices side by side: above as they are, below with their annotation.</summary>
[Reference(ReferenceKind.Chart, "slice-gallery", "Slices with their annotation",
    Formula = "grey from the 1st to the 99th percentile of each slice; classes tinted, with an outline",
    Source = "this kit", Test = "SliceGalleryTests")]
public static class SliceGallery
{
    /// <summary>Draws the slices.</summary>
    /// <param name="slices">The slices, all of one size.</param>
    /// <param name="height">Rows H.</param>
    /// <param name="width">Columns W.</param>
    /// <param name="classNames">Names of the classes 1, 2, …, without background.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the slices are; null for none.</param>
    /// <param name="ignoreLabel">Label of pixels without annotation.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no slice, an array has another length than H·W, or a class has no name.</exception>
    public static Figure Draw(
        IReadOnlyList<AnnotatedSlice> slices, int height, int width, IReadOnlyList<string> classNames, string title = "Slices and their annotation",
        string? subtitle = null, byte ignoreLabel = 255)
    {
        if (slices.Count == 0)
            throw new ArgumentException("A gallery needs at least one slice.", nameof(slices));
        foreach (var slice in slices)
            SliceCheck.Annotated(slice.Image, slice.Labels, height, width, classNames.Count, ignoreLabel, slice.Heading);
        var panels = new PicturePanels(title, subtitle, 2, [.. slices.Select(slice => PlotlySpec.Escape(slice.Heading))], height, width, right: 24);
        panels.AddRow(0, "image", [.. slices.Select(slice => new SlicePicture(height, width).Grey(slice.Image).ToDataUri())]);
        panels.AddRow(1, "annotation",
            [.. slices.Select(slice => new SlicePicture(height, width).Grey(slice.Image).Classes(slice.Labels, ignoreLabel).ToDataUri())]);
        for (var k = 0; k < classNames.Count; k++)
            panels.AddKey(PlotlySpec.Escape(classNames[k]), Palette.Class(k + 1));
        return panels.Finish(title, "Image and annotation of " + string.Join("; ", slices.Select(slice =>
            $"{slice.Heading} ({string.Join(", ", classNames.Select((name, k) => $"{slice.Labels.Count(label => label == k + 1)} pixels {name}"))})")) + ".");
    }
}
