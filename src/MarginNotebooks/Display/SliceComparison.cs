using System.Globalization;
using MarginNotebooks.Reference;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Slices as several methods see them, side by side: prediction, confidence and errors with their scores; buttons choose the slice.</summary>
/// <remarks>
/// <para>
/// The first block holds image and ground truth, then each method has one. The confidence map runs from 1/K to 1; in the error map a wrong
/// pixel is the stronger the more confident it is. Below the pictures: the mean DSC of the slice's classes, the mean confidence and the accuracy
/// of the pixels whose true or predicted label is not background (<see cref="SliceScores"/>).
/// </para>
/// <para>All slices travel in the figure, so the buttons need no kernel. Where no script runs, the first slice is seen.</para>
/// </remarks>
[Reference(ReferenceKind.Chart, "slice-comparison", "Slices as the methods see them, side by side",
    Formula = "prediction, max_k p_k and wrong pixels of each method; below: DSC, mean confidence, accuracy",
    Source = "this kit", Test = "SliceComparisonTests",
    Note = "Confidence and accuracy are of the pixels whose true or predicted label is not background.")]
public static class SliceComparison
{
    private const int ButtonRow = 40;

    /// <summary>Draws the figure.</summary>
    /// <param name="slices">The slices, in the order of the buttons, with the same methods in the same order.</param>
    /// <param name="classNames">Names of the classes 1, 2, …, without background.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Where the slices come from; null for none.</param>
    /// <param name="ignoreLabel">Label of pixels without annotation: neither right nor wrong.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no slice, their methods differ, an array has another length than H·W, or a class has no
    /// name.</exception>
    public static Figure Draw(
        IReadOnlyList<ComparedSlice> slices, IReadOnlyList<string> classNames, string title = "Slices side by side", string? subtitle = null,
        byte ignoreLabel = 255)
    {
        if (slices.Count == 0)
            throw new ArgumentException("A comparison needs at least one slice.", nameof(slices));
        string[] methods = [.. slices[0].Methods.Select(method => method.Name)];
        foreach (var slice in slices)
        {
            SliceCheck.All(slice.Image, slice.Truth, slice.Height, slice.Width, slice.Methods, classNames.Count, ignoreLabel);
            if (!slice.Methods.Select(method => method.Name).SequenceEqual(methods))
                throw new ArgumentException(
                    $"'{slice.Name}' has the methods {string.Join(", ", slice.Methods.Select(method => method.Name))}, but '{slices[0].Name}' has "
                    + $"{string.Join(", ", methods)}: a comparison needs the same methods for each slice.", nameof(slices));
        }

        var blocks = new ComparisonBlocks(methods.Length + 1, slices.Max(slice => (double)slice.Height / slice.Width));
        var buttons = slices.Count > 1 ? ButtonRow : 0;
        var layout = ChartStyle.Layout(title, subtitle, blocks.PlotHeight, left: 24, right: 100, axisTitle: false, above: buttons);
        var frames = slices.Select(slice => Frame(blocks, slice, classNames.Count, ignoreLabel)).ToArray();
        var hidden = Node(("visible", false), ("fixedrange", true));
        Fill(layout, ("images", frames[0].Pictures), ("annotations", frames[0].Texts), ("xaxis", hidden), ("yaxis", hidden));
        if (slices.Count > 1)
            Fill(layout, ("updatemenus", new object[] { Buttons(slices, frames, blocks.PlotHeight) }));

        var lowest = 1.0 / (classNames.Count + 1);
        return new Figure(
            Chart(
                [
                    .. classNames.Select((name, k) => PictureKeys.Key(Escape(name), Palette.Class(k + 1))),
                    PictureKeys.Key("wrong pixel (stronger: more confident)", Palette.Vermillion),
                    PictureKeys.ColourBar("Confidence", lowest, 1, Viridis.ColorScale, pixels: Math.Min(blocks.PlotHeight, 300)),
                ], layout),
            title, Describe(slices, classNames.Count, ignoreLabel));
    }

    private static (object[] Pictures, object[] Texts) Frame(ComparisonBlocks blocks, ComparedSlice slice, int classes, byte ignore)
    {
        var lowest = 1.0 / (classes + 1);
        var (pictures, texts) = (new List<object>(), new List<object>());
        Add(blocks.Block(0, $"<b>{Escape(slice.Name)}</b>",
            (Paint().Grey(slice.Image).ToDataUri(), "Image"), (Paint().Grey(slice.Image).Classes(slice.Truth, ignore).ToDataUri(), "Ground truth")));
        for (var m = 0; m < slice.Methods.Count; m++)
        {
            var (name, labels, confidence) = slice.Methods[m];
            var scores = SliceScores.Of(slice.Truth, slice.Methods[m], classes, ignore);
            Add(blocks.Block(m + 1, $"<b>{Escape(name)}</b>",
                (Paint().Grey(slice.Image).Classes(labels, ignore).ToDataUri(), $"Prediction: DSC {Number(scores.Dice, "0.000")}"),
                (Paint().Confidence(confidence, lowest).ToDataUri(), $"Confidence: {Number(scores.Confidence, "0.00")}"),
                (Paint().Grey(slice.Image, dim: 0.6).Errors(slice.Truth, labels, confidence, ignore, lowest).ToDataUri(),
                    $"Errors: accuracy {Number(scores.Accuracy, "0.00")}")));
        }

        return ([.. pictures], [.. texts]);

        SlicePicture Paint() => new(slice.Height, slice.Width);

        void Add((IEnumerable<object> Pictures, IEnumerable<object> Texts) block)
        {
            pictures.AddRange(block.Pictures);
            texts.AddRange(block.Texts);
        }
    }

    private static DynamicObj.DynamicObj Buttons(IReadOnlyList<ComparedSlice> slices, (object[] Pictures, object[] Texts)[] frames, int height) => Node(
        ("type", "buttons"), ("direction", "right"), ("showactive", true), ("active", 0), ("x", 0), ("xanchor", "left"),
        ("y", Math.Round(1 + (8.0 / height), 5)), ("yanchor", "bottom"), ("pad", Node(("t", 0), ("b", 0))), ("font", Node(("size", 12))),
        ("buttons", slices.Select((slice, s) => (object)Node(
            ("label", Escape(slice.Name)), ("method", "relayout"),
            ("args", new object[] { Node(("images", frames[s].Pictures), ("annotations", frames[s].Texts)) }))).ToArray()));

    private static string Number(double value, string format) => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Describe(IReadOnlyList<ComparedSlice> slices, int classes, byte ignore) =>
        $"Image, ground truth, and prediction, confidence and errors of each method; {slices.Count} slice{(slices.Count == 1 ? "" : "s")}, first "
        + $"{slices[0].Name}: " + string.Join("; ", slices[0].Methods.Select(method =>
        {
            var scores = SliceScores.Of(slices[0].Truth, method, classes, ignore);
            return $"{method.Name} DSC {Number(scores.Dice, "0.000")}, mean confidence {Number(scores.Confidence, "0.00")}, "
                + $"accuracy {Number(scores.Accuracy, "0.00")}";
        })) + ".";
}
