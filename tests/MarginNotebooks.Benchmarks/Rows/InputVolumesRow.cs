using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Data;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Batches from memory against the authors' loader, which opens and decodes a whole volume for each slice.</summary>
internal sealed class InputVolumesRow : Row
{
    private const int Batch = 4;

    public override string Id => "input-volumes";

    public override string Title => "Making a batch, against opening and decoding a volume for each slice";

    public override string Measures =>
        "One epoch's batches of 4 slices from phantom cases of 10×224×224 voxels, stored in the prepared layout (HDF5, gzip), cropped to "
        + "192×192: from slices decoded once into memory, in "
        + "turn with the way of the authors' loader, which reads the whole file for each slice (our own code, files in the system's "
        + "cache). The figure is the median ratio a batch.";

    public override Outcome Run(RowContext context)
    {
        var (cases, depth, stored, used) = (context.Size(6, 2), context.Size(10, 2), context.Size(224, 32), context.Size(192, 32));
        using var folder = new TemporaryFolder();
        var files = new List<string>();
        foreach (var item in Phantoms.Cases(cases, stored, depth))
        {
            var file = Path.Combine(folder.Path, "train", $"{item.Id}.h5");
            Hdf5Case.Write(file, item);
            files.Add(file);
        }
        SliceBatcher? slices = null;
        var decoding = Contestant.Milliseconds(() => slices = new SliceBatcher(SliceSet.FromCases([.. files.Select(file => Hdf5Case.Read(file))], used, used)));
        var order = slices!.EpochOrder(seed: 1, epoch: 0);
        var next = 0;
        ReadOnlySpan<int> Next() => SliceBatcher.BatchOf(order, next++ % (order.Length / Batch), Batch);
        var samples = InTurn.Run(
            rounds: context.Size(11, 1),
            warmUps: context.Size(2, 1),
            Contestant.Of("from memory", () =>
            {
                using var scope = NewDisposeScope();
                slices.Batch(Next());
            }),
            Contestant.Of("a volume read for each slice", () =>
            {
                using var scope = NewDisposeScope();
                FromFiles(files, depth, used, Next());
            }));
        var epoch = samples[1].Median * order.Length / Batch;
        return new Outcome(SampleStatistics.MedianRatio(samples[1].Values, samples[0].Values), samples[0], samples[1])
        {
            Facts = new Dictionary<string, string>
            {
                ["decoding everything once, ms"] = ReadmeTable.Number(decoding),
                ["an epoch of volumes read for each slice, ms"] = ReadmeTable.Number(epoch),
                ["ratio over 100 epochs, decoding included"] = ReadmeTable.Number(100 * epoch / (decoding + 100 * samples[0].Median * order.Length / Batch)),
            },
        };
    }

    // What the authors' dataset class does for each index: open, decode all of the volume, crop, keep one slice.
    private static void FromFiles(List<string> files, int depth, int size, ReadOnlySpan<int> indices)
    {
        var images = new List<Tensor>();
        var labels = new List<Tensor>();
        foreach (var index in indices)
        {
            var volume = Hdf5Case.Read(files[index / depth]).CropOrPad(size, size);
            var (from, length) = (index % depth * size * size, size * size);
            images.Add(tensor(volume.Image.AsSpan(from, length).ToArray(), [1, size, size]));
            labels.Add(tensor(volume.Labels.AsSpan(from, length).ToArray(), [size, size]).to(ScalarType.Int64));
        }
        stack(images);
        stack(labels);
    }
}
