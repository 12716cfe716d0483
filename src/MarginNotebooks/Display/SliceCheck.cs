namespace MarginNotebooks.Display;

/// <summary>Whether image, ground truth and predictions are of one slice, and their classes have names.</summary>
internal static class SliceCheck
{
    public static void All(
        float[] image, byte[] truth, int height, int width, IReadOnlyList<SlicePrediction> methods, int classes, byte ignore)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A picture of a slice needs at least one method.", nameof(methods));
        Annotated(image, truth, height, width, classes, ignore);
        foreach (var method in methods)
        {
            Length($"the prediction of '{method.Name}'", method.Labels.Length, height, width);
            Length($"the confidence of '{method.Name}'", method.Confidence.Length, height, width);
            Labels($"the prediction of '{method.Name}'", method.Labels, classes, ignore);
            // A softmax may pass 1 by rounding.
            if (Array.FindIndex(method.Confidence, c => !(c is >= 0 and <= 1.0001f)) is var at and >= 0)
                throw new ArgumentException(
                    $"The confidence of '{method.Name}' at pixel {at} is {method.Confidence[at]}, which is no probability.", nameof(methods));
        }
    }

    public static void Annotated(float[] image, byte[] truth, int height, int width, int classes, byte ignore, string? slice = null)
    {
        if (height < 1 || width < 1)
            throw new ArgumentException($"The slice is empty: {height} by {width} pixels.", nameof(height));
        var of = slice is null ? "" : $" of '{slice}'";
        Length($"the image{of}", image.Length, height, width);
        Length($"the ground truth{of}", truth.Length, height, width);
        Labels($"the ground truth{of}", truth, classes, ignore);
    }

    private static void Length(string what, int length, int height, int width)
    {
        if (length != height * width)
            throw new ArgumentException($"A slice of {height} by {width} pixels has {height * width} values, but {what} has {length}.");
    }

    private static void Labels(string what, byte[] labels, int classes, byte ignore)
    {
        var largest = labels.Where(label => label != ignore).DefaultIfEmpty((byte)0).Max();
        if (largest > classes)
            throw new ArgumentException($"There are names for classes 1 to {classes}, but {what} has class {largest}.", nameof(classes));
    }
}
