namespace MarginNotebooks.Display;

/// <summary>Whether image, ground truth and predictions are of one slice, and their classes have names.</summary>
internal static class SliceCheck
{
    public static void All(
        float[] image, byte[] truth, int height, int width, IReadOnlyList<SlicePrediction> methods, int classes, byte ignore)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A picture of a slice needs at least one method.", nameof(methods));
        if (height < 1 || width < 1)
            throw new ArgumentException($"The slice is empty: {height} by {width} pixels.", nameof(height));
        CheckLength("the image", image.Length);
        CheckLength("the ground truth", truth.Length);
        CheckLabels("the ground truth", truth);
        foreach (var method in methods)
        {
            CheckLength($"the prediction of '{method.Name}'", method.Labels.Length);
            CheckLength($"the confidence of '{method.Name}'", method.Confidence.Length);
            CheckLabels($"the prediction of '{method.Name}'", method.Labels);
            // A softmax may pass 1 by rounding.
            if (Array.FindIndex(method.Confidence, c => !(c is >= 0 and <= 1.0001f)) is var at and >= 0)
                throw new ArgumentException(
                    $"The confidence of '{method.Name}' at pixel {at} is {method.Confidence[at]}, which is no probability.", nameof(methods));
        }

        void CheckLength(string what, int length)
        {
            if (length != height * width)
                throw new ArgumentException($"A slice of {height} by {width} pixels has {height * width} values, but {what} has {length}.");
        }

        void CheckLabels(string what, byte[] labels)
        {
            var largest = labels.Where(label => label != ignore).DefaultIfEmpty((byte)0).Max();
            if (largest > classes)
                throw new ArgumentException($"There are names for classes 1 to {classes}, but {what} has class {largest}.",
                    nameof(classes));
        }
    }
}
