using System.Globalization;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Display;

/// <summary>Where in a slice a network is over- or under-confident: errors, local confidence, local accuracy and their difference.</summary>
/// <remarks>
/// <para>
/// <c>gap(p) = mean confidence − accuracy</c> over the annotated pixels of a square window around p (cut at the border). Vermillion: the
/// network claims more than it achieves there; purple: less; wrong pixels are outlined. The window's side is printed below the title; a
/// network that is calibrated over all pixels can still have both colours, at different places.
/// </para>
/// <para>The maps share their colours over the rows; pixels without annotation are grey. This kit's own picture.</para>
/// </remarks>
[Reference(ReferenceKind.Chart, "calibration-map", "Calibration map and error map of a slice",
    Formula = "gap(p) = mean of (c_q − [ŷ_q = y_q]) over the annotated pixels q of a square window around p",
    Source = "this kit", Test = "CalibrationMapTests",
    Note = "Positive (vermillion) is over-confident. The window's side is printed below the title; pixels without annotation are grey.")]
public static class CalibrationMap
{
    private static readonly string[] Columns = ["Ground truth", "Errors", "Local confidence", "Local accuracy", "Their difference"];

    /// <summary>Draws a slice.</summary>
    /// <param name="image">Intensities, row-major <c>(H, W)</c>.</param>
    /// <param name="truth">True class of each pixel, row-major <c>(H, W)</c>.</param>
    /// <param name="height">Rows H.</param>
    /// <param name="width">Columns W.</param>
    /// <param name="methods">What each method says: a row each.</param>
    /// <param name="classNames">Names of the classes 1, 2, …, without background.</param>
    /// <param name="window">Side of the window in pixels, an odd number; 1 gives the pixel-wise signed gap.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Which slice; null for none. The window is added.</param>
    /// <param name="ignoreLabel">Label of pixels without annotation.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">An array has another length than H·W, a class has no name, or there is no method.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window is not odd and positive.</exception>
    public static Figure Draw(
        float[] image, byte[] truth, int height, int width, IReadOnlyList<SlicePrediction> methods, IReadOnlyList<string> classNames,
        int window = 7, string title = "Calibration of one slice", string? subtitle = null, byte ignoreLabel = 255)
    {
        SliceCheck.All(image, truth, height, width, methods, classNames.Count, ignoreLabel);
        if (window < 1 || window % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(window), window, "The window's side must be an odd number of pixels, at least 1.");
        var local = methods.Select(method => LocalCalibration.Of(truth, method, height, width, window / 2, ignoreLabel)).ToArray();
        var largest = local.SelectMany(one => one.Gap).Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var limit = Math.Max(0.1, Math.Ceiling(largest * 10 - 1e-6) / 10);
        var caption = window == 1 ? "pixel by pixel" : $"means over {window} × {window} pixels";
        var panels = new PicturePanels(title, subtitle is null ? caption : $"{subtitle}; {caption}", methods.Count, Columns, height, width,
            right: 178);
        var annotated = new SlicePicture(height, width).Grey(image).Classes(truth, ignoreLabel).ToDataUri();
        var lowest = 1.0 / (classNames.Count + 1);
        for (var m = 0; m < methods.Count; m++)
        {
            var (name, labels, confidence) = methods[m];
            byte[] wrong = [.. truth.Select((label, p) => (byte)(label != ignoreLabel && label != labels[p] ? 1 : 0))];
            panels.AddRow(m, name,
            [
                annotated,
                new SlicePicture(height, width).Grey(image, dim: 0.6).Errors(truth, labels, confidence, ignoreLabel, lowest).ToDataUri(),
                new SlicePicture(height, width).Confidence(local[m].Confidence, 0).Blank(local[m].Confidence).ToDataUri(),
                new SlicePicture(height, width).Confidence(local[m].Accuracy, 0).Blank(local[m].Accuracy).ToDataUri(),
                new SlicePicture(height, width).Signed(local[m].Gap, limit).Outline(wrong).ToDataUri(),
            ]);
        }

        for (var k = 0; k < classNames.Count; k++)
            panels.AddKey(PlotlySpec.Escape(classNames[k]), Palette.Class(k + 1));
        panels.AddKey("wrong pixel (stronger: more confident)", Palette.Vermillion);
        panels.AddKey("outline: wrong pixels", "#FFFFFF", outline: Palette.Ink);
        panels.AddColourBar("Confidence, accuracy", 0, 1, Viridis.ColorScale, format: ".1f", steps: 2);
        panels.AddColourBar("Over (+), under (−)", -limit, limit, SignedColours.ColorScale, x: 1.115, format: "+.1f", steps: 2);
        return panels.Finish(title, $"Errors, local confidence, local accuracy and their difference, {caption}: "
            + string.Join("; ", methods.Select((method, m) => Describe(method.Name, local[m].Gap))) + ".");
    }

    private static string Describe(string name, float[] gap)
    {
        var finite = gap.Where(float.IsFinite).ToArray();
        if (finite.Length == 0)
            return $"{name} has no annotated pixel";
        var c = CultureInfo.InvariantCulture;
        var (over, under) = ((double)finite.Count(g => g > 0.1f) / finite.Length, (double)finite.Count(g => g < -0.1f) / finite.Length);
        return string.Create(c, $"{name} over-confident by more than 0.1 at {over:0.0%} of the pixels, ")
            + string.Create(c, $"under-confident by more than 0.1 at {under:0.0%}");
    }
}
