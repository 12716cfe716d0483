namespace MarginNotebooks.Data;

/// <summary>
/// The slices of many volumes at one size: what a 2-D network is trained on. All in managed memory, or, when they are too large for that,
/// in a memory-mapped file that the system reads and drops page by page.
/// </summary>
public sealed class SliceSet
{
    private readonly float[]? images;
    private readonly byte[]? labels;
    private readonly SliceFile? file;
    private readonly Lazy<IReadOnlyList<byte>> labelsPresent;

    private SliceSet(SliceLayout layout, float[]? images, byte[]? labels, SliceFile? file)
    {
        (Layout, this.images, this.labels, this.file) = (layout, images, labels, file);
        labelsPresent = new(FindLabels);
    }

    /// <summary>Number of slices N.</summary>
    public int Count => Layout.Count;

    /// <summary>Image channels C.</summary>
    public int Channels => Layout.Channels;

    /// <summary>Rows H.</summary>
    public int Height => Layout.Height;

    /// <summary>Columns W.</summary>
    public int Width => Layout.Width;

    /// <summary>Intensities, row-major <c>(N, C, H, W)</c>.</summary>
    /// <exception cref="InvalidOperationException">The slices lie in a mapped file; use <see cref="ImageOf"/>.</exception>
    public float[] Images => images ?? throw NotInMemory(nameof(ImageOf));

    /// <summary>Classes, row-major <c>(N, H, W)</c>.</summary>
    /// <exception cref="InvalidOperationException">The slices lie in a mapped file; use <see cref="LabelsOf"/>.</exception>
    public byte[] Labels => labels ?? throw NotInMemory(nameof(LabelsOf));

    /// <summary>The file that holds the slices; null when they are in memory.</summary>
    public string? MappedFile => file?.Path;

    /// <summary>For each slice the index of its case in the list it was made from.</summary>
    public IReadOnlyList<int> CaseOf => Layout.CaseOf;

    /// <summary>For each slice its position in its volume.</summary>
    public IReadOnlyList<int> SliceOf => Layout.SliceOf;

    /// <summary>Labelled voxels that the central crop cut off, over all cases; 0 when the size holds everything.</summary>
    public long LabelledVoxelsLost => Layout.LabelledVoxelsLost;

    /// <summary>The label values that occur, ascending, each once.</summary>
    public IReadOnlyList<byte> LabelsPresent => labelsPresent.Value;

    /// <summary>The part of a slice that is the case's own: padding, which no one annotated, surrounds it.</summary>
    /// <param name="index">Which slice.</param>
    /// <returns>First row and column, and how many of each.</returns>
    public (int Top, int Left, int Rows, int Columns) OwnPartOf(int index)
    {
        var of = CaseOf[index];
        var (rows, columns) = (Math.Min(Height, Layout.CaseHeights[of]), Math.Min(Width, Layout.CaseWidths[of]));
        return ((Height - rows) / 2, (Width - columns) / 2, rows, columns);
    }

    internal SliceLayout Layout { get; }

    /// <summary>Intensities of a slice, row-major <c>(C, H, W)</c>. Valid as long as the set is referenced.</summary>
    /// <param name="index">Which slice.</param>
    /// <returns>A view; nothing is copied.</returns>
    public ReadOnlySpan<float> ImageOf(int index) => file is null
        ? images.AsSpan(index * Layout.ImageSize, Layout.ImageSize) : file.ImageOf(index);

    /// <summary>Classes of a slice, row-major <c>(H, W)</c>. Valid as long as the set is referenced.</summary>
    /// <param name="index">Which slice.</param>
    /// <returns>A view; nothing is copied.</returns>
    public ReadOnlySpan<byte> LabelsOf(int index) => file is null
        ? labels.AsSpan(index * Layout.LabelSize, Layout.LabelSize) : file.LabelsOf(index);

    /// <summary>
    /// Takes all slices of all cases, in order, cropped and padded about the centre (see <see cref="CenteredWindow.CropOrPad"/>).
    /// </summary>
    /// <param name="cases">At least one case, all with the same channels.</param>
    /// <param name="height">Rows of the slices.</param>
    /// <param name="width">Columns of the slices.</param>
    /// <param name="normalisation">How to normalise each volume before it is padded; prepared cases and phantoms need none.</param>
    /// <returns>The slices, in memory.</returns>
    /// <exception cref="ArgumentException">No case, or cases with different channels.</exception>
    public static SliceSet FromCases(
        IReadOnlyList<SegmentationCase> cases, int height, int width, IntensityNormalisation normalisation = IntensityNormalisation.None)
    {
        var shapes = cases.Select(item => item.Validated()).Select(item => new CaseShape(item.Id, item.Channels, item.Depth, item.Height, item.Width));
        return InMemory([.. shapes], i => cases[i].Normalised(normalisation), height, width);
    }

    /// <summary>Reads cases in parallel, each once, and keeps their slices only.</summary>
    internal static SliceSet InMemory(IReadOnlyList<CaseShape> shapes, Func<int, SegmentationCase> load, int height, int width)
    {
        var layout = SliceLayout.Of(shapes, height, width);
        var images = new float[checked(layout.Count * layout.ImageSize)];
        var labels = new byte[checked(layout.Count * layout.LabelSize)];
        var lost = layout.Fill(shapes, load, (first, pixels, classes) =>
        {
            pixels.CopyTo(images.AsSpan(first * layout.ImageSize));
            classes.CopyTo(labels.AsSpan(first * layout.LabelSize));
        });
        return new SliceSet(layout with { LabelledVoxelsLost = lost }, images, labels, null);
    }

    internal static SliceSet Mapped(SliceFile file) => new(file.Layout, null, null, file);

    private IReadOnlyList<byte> FindLabels()
    {
        var seen = new bool[byte.MaxValue + 1];
        for (var i = 0; i < Count; i++)
            foreach (var label in LabelsOf(i)) seen[label] = true;
        return [.. Enumerable.Range(0, seen.Length).Where(label => seen[label]).Select(label => (byte)label)];
    }

    private InvalidOperationException NotInMemory(string instead) =>
        new($"These {Count} slices are mapped from '{MappedFile}' and not in memory as one array: use {instead}.");
}
