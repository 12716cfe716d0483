using System.Globalization;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Display;

/// <summary>One slice as the methods see it: image, ground truth, prediction, confidence and errors, a row for each method.</summary>
/// <remarks>
/// The confidence map runs from 1/K (the least an arg-max can have with K classes) to 1. In the error map a wrong pixel is the stronger
/// the more confident it is: a calibrated network's errors are pale.
/// </remarks>
[Reference(ReferenceKind.Chart, "slice-overlay", "Image, truth, prediction, confidence and errors of a slice",
    Formula = "confidence map: max_k p_k from 1/K to 1; error map: wrong pixels, the stronger the more confident",
    Source = "this kit", Test = "SliceOverlayTests")]
public static class SliceOverlay
{
    private static readonly string[] Columns = ["Image", "Ground truth", "Prediction", "Confidence", "Errors"];

    /// <summary>Draws a slice.</summary>
    /// <param name="image">Intensities, row-major <c>(H, W)</c>.</param>
    /// <param name="truth">True class of each pixel, row-major <c>(H, W)</c>.</param>
    /// <param name="height">Rows H.</param>
    /// <param name="width">Columns W.</param>
    /// <param name="methods">What each method says.</param>
    /// <param name="classNames">Names of the classes 1, 2, …, without background.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Which slice, for example <c>case 118, slice 17</c>; null for none.</param>
    /// <param name="ignoreLabel">Label of pixels without annotation: neither right nor wrong.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">An array has another length than H·W, a class has no name, or there is no method.</exception>
    public static Figure Draw(
        float[] image, byte[] truth, int height, int width, IReadOnlyList<SlicePrediction> methods, IReadOnlyList<string> classNames,
        string title = "One slice", string? subtitle = null, byte ignoreLabel = 255)
    {
        SliceCheck.All(image, truth, height, width, methods, classNames.Count, ignoreLabel);
        var lowest = 1.0 / (classNames.Count + 1);
        var panels = new PicturePanels(title, subtitle, methods.Count, Columns, height, width, right: 90);
        var grey = new SlicePicture(height, width).Grey(image).ToDataUri();
        var annotated = new SlicePicture(height, width).Grey(image).Classes(truth, ignoreLabel).ToDataUri();
        for (var m = 0; m < methods.Count; m++)
        {
            var (name, labels, confidence) = methods[m];
            panels.AddRow(m, name,
            [
                grey,
                annotated,
                new SlicePicture(height, width).Grey(image).Classes(labels, ignoreLabel).ToDataUri(),
                new SlicePicture(height, width).Confidence(confidence, lowest).ToDataUri(),
                new SlicePicture(height, width).Grey(image, dim: 0.6).Errors(truth, labels, confidence, ignoreLabel, lowest).ToDataUri(),
            ]);
        }

        for (var k = 0; k < classNames.Count; k++)
            panels.AddKey(PlotlySpec.Escape(classNames[k]), Palette.Class(k + 1));
        panels.AddKey("wrong pixel (stronger: more confident)", Palette.Vermillion);
        panels.AddColourBar("Confidence", lowest, 1, Viridis.ColorScale);
        return panels.Finish(title, Describe(truth, methods, ignoreLabel));
    }

    private static string Describe(byte[] truth, IReadOnlyList<SlicePrediction> methods, byte ignore) =>
        "Image, ground truth, prediction, confidence and errors: " + string.Join("; ", methods.Select(method =>
        {
            int[] wrong = [.. Enumerable.Range(0, truth.Length).Where(p => truth[p] != ignore && truth[p] != method.Labels[p])];
            return string.Create(CultureInfo.InvariantCulture, $"{method.Name} has {wrong.Length} wrong pixels")
                + (wrong.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                    $" with mean confidence {wrong.Average(p => method.Confidence[p]):0.00}"));
        })) + ".";
}
