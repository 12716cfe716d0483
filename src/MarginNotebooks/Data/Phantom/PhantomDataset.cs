namespace MarginNotebooks.Data.Phantom;

/// <summary>A seeded stand-in for cardiac short-axis MRI, so that everything can be tried without a download.</summary>
/// <remarks>
/// <para>
/// Three touching structures as in ACDC: right ventricle (1), myocardium (2), left ventricle (3). Images have partial volume within and across
/// slices, papillary muscles, patchy surroundings, a smooth intensity inhomogeneity and Rician noise. The label map of each case is drawn by an
/// annotator of its own, who shifts every border a little: no network can know the border exactly, so a network that is sure of it is
/// over-confident, and the calibration measures show by how much.
/// </para>
/// <para>It is a simulation of this kit's own design. It stands for no real data set, and numbers obtained on it are never results of the paper.</para>
/// </remarks>
public static class PhantomDataset
{
    // Samples across a pixel and across a slice's thickness: partial volume.
    private const int Across = 3;
    private static readonly double[] Through = [-0.35, 0, 0.35];

    /// <summary>Names of the classes, background first.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["background", "RV", "MYO", "LV"];

    /// <summary>Pathology groups; patient <c>i</c> belongs to group <c>i mod 5</c>.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["normal", "dilated", "hypertrophic", "right-heart", "infarct"];

    /// <summary>Makes the cases, in parallel; the same options give the same cases on every machine of the same floating-point library.</summary>
    /// <param name="options">Size and difficulty.</param>
    /// <returns>One case a patient, in order.</returns>
    public static IReadOnlyList<SegmentationCase> Generate(PhantomOptions options)
    {
        options.Validated();
        var cases = new SegmentationCase[options.Patients];
        Parallel.For(0, options.Patients, i => cases[i] = Generate(options, i));
        return cases;
    }

    /// <summary>Makes one case.</summary>
    /// <param name="options">Size and difficulty.</param>
    /// <param name="patient">Zero-based patient number.</param>
    /// <returns>The case.</returns>
    public static SegmentationCase Generate(PhantomOptions options, int patient)
    {
        options.Validated();
        var group = patient % Groups.Count;
        var heart = new PhantomAnatomy(group, Stream(options, patient, 0));
        var tissue = new PhantomTissue(Stream(options, patient, 1));
        var annotator = new PhantomAnnotator(options.AnnotatorSpread, Stream(options, patient, 2));
        var scanner = new PhantomScanner(options, Stream(options, patient, 3));
        var size = options.Size;
        var image = new float[options.Depth * size * size];
        var labels = new byte[image.Length];
        for (var z = 0; z < options.Depth; z++)
        {
            var slice = new Range(z * size * size, (z + 1) * size * size);
            Annotate(PhantomSlice.Annotated(heart, Position(z, options.Depth), annotator), labels.AsSpan(slice), size);
            scanner.Acquire(Brightness(heart, tissue, z, options), image.AsSpan(slice), z);
        }
        return new SegmentationCase
        {
            Id = $"phantom{patient + 1:000}",
            PatientId = $"phantom{patient + 1:000}",
            Group = Groups[group],
            Image = image,
            Labels = labels,
            Channels = 1,
            Depth = options.Depth,
            Height = size,
            Width = size,
            Spacing = new VoxelSpacing(8, 96.0 / size, 96.0 / size),
        }.Validated();
    }

    /// <summary>How probable each class is at each pixel of a slice if yet another annotator drew it: the best confidence there can be.</summary>
    /// <param name="options">Size and difficulty.</param>
    /// <param name="patient">Zero-based patient number.</param>
    /// <param name="slice">Zero-based slice.</param>
    /// <param name="annotators">Number of annotators to average.</param>
    /// <returns>Probabilities, row-major <c>(4, H, W)</c>.</returns>
    public static float[] AnnotationProbability(PhantomOptions options, int patient, int slice, int annotators = 200)
    {
        options.Validated();
        ArgumentOutOfRangeException.ThrowIfLessThan(annotators, 1);
        var heart = new PhantomAnatomy(patient % Groups.Count, Stream(options, patient, 0));
        var random = Stream(options, patient, 4);
        var pixels = options.Size * options.Size;
        var probability = new float[ClassNames.Count * pixels];
        var drawn = new byte[pixels];
        for (var a = 0; a < annotators; a++)
        {
            var annotator = new PhantomAnnotator(options.AnnotatorSpread, random);
            Annotate(PhantomSlice.Annotated(heart, Position(slice, options.Depth), annotator), drawn, options.Size);
            for (var i = 0; i < pixels; i++)
                probability[drawn[i] * pixels + i] += 1f / annotators;
        }
        return probability;
    }

    private static SeededRandom Stream(PhantomOptions options, int patient, int purpose) =>
        new(options.Seed, (ulong)patient * 8 + (ulong)purpose);

    private static double Position(double z, int depth) => depth == 1 ? 0.4 : 0.92 * z / (depth - 1);

    private static void Annotate(PhantomSlice slice, Span<byte> labels, int size)
    {
        var scale = 64.0 / size;
        for (var row = 0; row < size; row++)
            for (var column = 0; column < size; column++)
                labels[row * size + column] = slice.At((column + 0.5) * scale, (row + 0.5) * scale).Class;
    }

    private static double[] Brightness(PhantomAnatomy heart, PhantomTissue tissue, int z, PhantomOptions options)
    {
        var size = options.Size;
        var scale = 64.0 / size;
        var mean = new double[size * size];
        foreach (var shift in Through)
        {
            var t = Math.Clamp(Position(z + shift, options.Depth), 0, 1);
            var slice = PhantomSlice.True(heart, t);
            var (x, y) = heart.Centre(t);
            for (var i = 0; i < size * size * Across * Across; i++)
            {
                var pixel = i / (Across * Across);
                var px = (pixel % size + (i % Across + 0.5) / Across) * scale;
                var py = (pixel / size + (i / Across % Across + 0.5) / Across) * scale;
                var (kind, fromCavity) = slice.At(px, py);
                var angle = kind == 3 ? Math.Atan2(py - y, px - x) : 0;
                mean[pixel] += tissue.At(kind, fromCavity, px, py, t, angle);
            }
        }
        for (var i = 0; i < mean.Length; i++)
            mean[i] /= Across * Across * Through.Length;
        return mean;
    }
}
