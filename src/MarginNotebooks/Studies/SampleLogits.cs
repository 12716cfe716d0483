using MarginNotebooks.Data;
using MarginNotebooks.Display;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>One slice of a test volume with the logits of a run's kept network, as float16: enough for pictures, small enough to keep.</summary>
/// <param name="CaseId">The volume.</param>
/// <param name="Slice">Zero-based slice: the one with the most annotated foreground.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Image">Normalised intensities of the first channel, <c>Height·Width</c>.</param>
/// <param name="Labels">The annotation, <c>Height·Width</c>.</param>
/// <param name="Logits"><c>K·Height·Width</c>, class by class.</param>
public sealed record SampleLogits(string CaseId, int Slice, int Height, int Width, float[] Image, byte[] Labels, float[] Logits)
{
    /// <summary>Name of the file in a run's folder.</summary>
    public const string FileName = "logits.safetensors";

    /// <summary>Number of classes.</summary>
    public int Classes => Logits.Length / (Height * Width);

    /// <summary>Writes a slice of each of the first test volumes, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Gives logits <c>(B, K, H, W)</c>.</param>
    /// <param name="data">The data.</param>
    /// <param name="volumes">Number of volumes.</param>
    /// <param name="device">Where to compute.</param>
    public static void Write(string path, nn.Module<Tensor, Tensor> network, StudyData data, int volumes, Device device)
    {
        using var scope = NewDisposeScope();
        var predictor = new Predictor(network, device);
        var tensors = new List<KeyValuePair<string, Tensor>>();
        foreach (var volume in data.Test.Take(volumes))
        {
            var item = data.Info.Fit.Apply(volume);
            var pixels = item.Height * item.Width;
            var slice = FullestSlice(item, pixels);
            float[] images = [.. Enumerable.Range(0, item.Channels).SelectMany(c => Part(item.Image, c * item.Depth + slice, pixels))];
            var image = tensor(images, [1, item.Channels, item.Height, item.Width]);
            var key = $"{volume.Id}/{slice}";
            tensors.Add(new($"{key}/image", image[0, 0].to(ScalarType.Float16)));
            tensors.Add(new($"{key}/labels", tensor(Part(item.Labels, slice, pixels), [item.Height, item.Width])));
            tensors.Add(new($"{key}/logits", predictor.Predict(image)[0].to(ScalarType.Float16)));
        }
        SafeTensors.Write(path, tensors, new Dictionary<string, string> { ["classes"] = string.Join(',', data.Info.ClassNames) });
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The slices, in the order of the volumes' names.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyList<SampleLogits> Read(string path)
    {
        using var file = SafeTensors.Read(path, requireHash: true);
        using var scope = NewDisposeScope();
        var samples = new List<SampleLogits>();
        foreach (var name in file.Tensors.Keys.Where(name => name.EndsWith("/labels", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var key = name[..^"/labels".Length];
            var at = key.LastIndexOf('/');
            var labels = file.Tensors[name];
            samples.Add(new SampleLogits(
                key[..at], int.Parse(key[(at + 1)..], System.Globalization.CultureInfo.InvariantCulture), (int)labels.shape[0], (int)labels.shape[1],
                Floats(file.Tensors[$"{key}/image"]), labels.data<byte>().ToArray(), Floats(file.Tensors[$"{key}/logits"])));
        }
        return samples;
    }

    /// <summary>What the network says about the slice.</summary>
    /// <param name="name">Name of the network in the picture.</param>
    /// <returns>Predicted class and its softmax probability of each pixel.</returns>
    public SlicePrediction Predict(string name)
    {
        var pixels = Height * Width;
        var (labels, confidence) = (new byte[pixels], new float[pixels]);
        for (var i = 0; i < pixels; i++)
        {
            var best = 0;
            for (var k = 1; k < Classes; k++)
            {
                if (Logits[k * pixels + i] > Logits[best * pixels + i])
                    best = k;
            }
            var sum = 0.0;
            for (var k = 0; k < Classes; k++)
                sum += Math.Exp(Logits[k * pixels + i] - Logits[best * pixels + i]);
            (labels[i], confidence[i]) = ((byte)best, (float)(1 / sum));
        }
        return new SlicePrediction(name, labels, confidence);
    }

    private static int FullestSlice(SegmentationCase item, int pixels) =>
        Enumerable.Range(0, item.Depth).MaxBy(slice => item.Labels.AsSpan(slice * pixels, pixels).IndexOfAnyExcept((byte)0) < 0
            ? 0
            : Part(item.Labels, slice, pixels).Count(label => label is > 0 and < 255));

    private static float[] Floats(Tensor values) => values.to(ScalarType.Float32).data<float>().ToArray();

    private static T[] Part<T>(T[] volume, int slice, int pixels) => volume[(slice * pixels)..((slice + 1) * pixels)];
}
