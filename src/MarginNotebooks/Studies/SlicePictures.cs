using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Display;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Pictures of single slices: what networks, or annotators, say about them.</summary>
public static class SlicePictures
{
    /// <summary>A slice of a test volume as networks see it: image, truth, prediction, confidence and errors, a row for each network.</summary>
    /// <param name="data">The data.</param>
    /// <param name="volume">Which test volume, from 0.</param>
    /// <param name="slice">Which of its slices, from 0.</param>
    /// <param name="networks">Name and network; each gives logits <c>(B, K, H, W)</c>.</param>
    /// <returns>The figure.</returns>
    public static Figure OfNetworks(StudyData data, int volume, int slice, IReadOnlyList<(string Name, nn.Module<Tensor, Tensor> Network)> networks)
    {
        var (shown, pixels, where) = Shown(data, volume, slice);
        return SliceOverlay.Draw(
            Slice(shown.Image, slice, pixels), Slice(shown.Labels, slice, pixels), shown.Height, shown.Width,
            [.. networks.Select(network => Predict(network.Name, network.Network, shown, slice))],
            [.. data.Info.ClassNames.Skip(1)], subtitle: where);
    }

    /// <summary>Where in a slice networks are over- or under-confident: errors, local confidence, local accuracy and their difference.</summary>
    /// <param name="data">The data.</param>
    /// <param name="volume">Which test volume, from 0.</param>
    /// <param name="slice">Which of its slices, from 0.</param>
    /// <param name="networks">Name and network; each gives logits <c>(B, K, H, W)</c>.</param>
    /// <param name="window">Side of the window in pixels, an odd number; 1 for the pixel-wise gap.</param>
    /// <returns>The figure.</returns>
    public static Figure Calibration(
        StudyData data, int volume, int slice, IReadOnlyList<(string Name, nn.Module<Tensor, Tensor> Network)> networks, int window = 7)
    {
        var (shown, pixels, where) = Shown(data, volume, slice);
        return CalibrationMap.Draw(
            Slice(shown.Image, slice, pixels), Slice(shown.Labels, slice, pixels), shown.Height, shown.Width,
            [.. networks.Select(network => Predict(network.Name, network.Network, shown, slice))],
            [.. data.Info.ClassNames.Skip(1)], window, subtitle: where);
    }

    /// <summary>A slice of a test volume as the networks of runs see it, with the weights that the runs kept.</summary>
    /// <param name="data">The data the runs were trained on.</param>
    /// <param name="volume">Which test volume, from 0.</param>
    /// <param name="slice">Which of its slices, from 0.</param>
    /// <param name="runs">A row for each.</param>
    /// <param name="options">Where the runs worked.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="FileNotFoundException">A run's weights are not there.</exception>
    public static Figure OfRuns(StudyData data, int volume, int slice, IReadOnlyList<RunResults> runs, ExperimentOptions options)
    {
        var networks = new List<(string Name, nn.Module<Tensor, Tensor> Network)>();
        try
        {
            foreach (var run in runs)
                networks.Add((RunCharts.NameOf(run, runs), Experiment.LoadNetwork(run.Record.Configuration, data, options)));
            return OfNetworks(data, volume, slice, networks);
        }
        finally
        {
            networks.ForEach(network => network.Network.Dispose());
        }
    }

    /// <summary>
    /// A slice of the phantom with the best that any network could say about it: how often each class is drawn there by many annotators.
    /// Its confidence falls at the borders, and it is calibrated by construction.
    /// </summary>
    /// <param name="options">The phantom.</param>
    /// <param name="patient">Zero-based patient.</param>
    /// <param name="slice">Zero-based slice.</param>
    /// <returns>The figure.</returns>
    public static Figure OfAnnotators(PhantomOptions options, int patient, int slice)
    {
        var item = PhantomDataset.Generate(options, patient);
        var pixels = item.Height * item.Width;
        var probability = PhantomDataset.AnnotationProbability(options, patient, slice);
        var labels = new byte[pixels];
        var confidence = new float[pixels];
        for (var i = 0; i < pixels; i++)
        {
            for (byte k = 0; k < PhantomDataset.ClassNames.Count; k++)
            {
                if (probability[k * pixels + i] > confidence[i])
                    (labels[i], confidence[i]) = (k, probability[k * pixels + i]);
            }
            // A sum of fractions may pass 1 by a rounding error.
            confidence[i] = Math.Min(1, confidence[i]);
        }
        return SliceOverlay.Draw(
            Slice(item.Image, slice, pixels), Slice(item.Labels, slice, pixels), item.Height, item.Width,
            [new SlicePrediction("200 annotators", labels, confidence)],
            [.. PhantomDataset.ClassNames.Skip(1)],
            "What can be known", $"phantom, patient {patient + 1} ({item.Group}), slice {slice + 1} of {item.Depth}; ground truth is one annotator's drawing");
    }

    private static (SegmentationCase Shown, int Pixels, string Where) Shown(StudyData data, int volume, int slice)
    {
        var item = data.Test[volume];
        if (slice < 0 || slice >= item.Depth)
            throw new ArgumentOutOfRangeException(nameof(slice), slice, $"Case '{item.Id}' has the slices 0 to {item.Depth - 1}.");
        var shown = data.Info.Fit.Apply(item);
        return (shown, shown.Height * shown.Width, $"{data.Info.Key}, case {item.Id}, slice {slice + 1} of {item.Depth}");
    }

    private static SlicePrediction Predict(string name, nn.Module<Tensor, Tensor> network, SegmentationCase item, int slice)
    {
        using var scope = NewDisposeScope();
        var pixels = item.Height * item.Width;
        var channels = Enumerable.Range(0, item.Channels).SelectMany(c => Slice(item.Image, c * item.Depth + slice, pixels)).ToArray();
        var logits = new Predictor(network).Predict(tensor(channels, [1, item.Channels, item.Height, item.Width]));
        var (confidence, labels) = nn.functional.softmax(logits, 1).max(1); // (1, H, W)
        return new SlicePrediction(name, labels.to(ScalarType.Byte).data<byte>().ToArray(), confidence.data<float>().ToArray());
    }

    private static T[] Slice<T>(T[] volume, int slice, int pixels) => volume[(slice * pixels)..((slice + 1) * pixels)];
}
