using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Phantoms for benchmarks.</summary>
internal static class Phantoms
{
    /// <summary>Slices in a phantom.</summary>
    public const int Depth = 8;

    /// <summary>Some phantoms.</summary>
    public static IReadOnlyList<SegmentationCase> Cases(int count, int size, int depth = Depth) =>
        PhantomDataset.Generate(new PhantomOptions { Patients = count, Size = size, Depth = depth });

    /// <summary>Slices of as many phantoms as it takes.</summary>
    public static SliceBatcher Slices(int atLeast, int size) =>
        new(SliceSet.FromCases(Cases((atLeast + Depth - 1) / Depth, size), size, size));
}
