namespace MarginNotebooks.Data.Preparation;

/// <summary>An image and its label map in an official download.</summary>
/// <param name="Id">Name of the case.</param>
/// <param name="PatientId">Its patient.</param>
/// <param name="Group">The patient's stratum, or null.</param>
/// <param name="Image">Path of the image below the source folder; of several modalities, the first.</param>
/// <param name="Label">Path of the label map below the source folder.</param>
public sealed record SourceCase(string Id, string PatientId, string? Group, string Image, string Label)
{
    /// <summary>The other modalities, in the order of the channels.</summary>
    public IReadOnlyList<string> MoreImages { get; init; } = [];

    /// <summary>All modalities.</summary>
    public IEnumerable<string> Images => MoreImages.Prepend(Image);
}

/// <summary>What an official download holds.</summary>
/// <param name="Cases">Complete cases, sorted by name.</param>
/// <param name="Notes">Everything else, named.</param>
public sealed record SourceListing(IReadOnlyList<SourceCase> Cases, IReadOnlyList<PreparationNote> Notes);

/// <summary>Knows the layout of one official download.</summary>
public abstract class DatasetSource
{
    /// <summary>The data set.</summary>
    public abstract DatasetInfo Info { get; }

    /// <summary>The expected layout in a few words, for messages.</summary>
    public abstract string Layout { get; }

    /// <summary>
    /// Ways in which label maps of this data set are numbered; the first that fits a map is taken, and one that is not the first is reported.
    /// </summary>
    public virtual IReadOnlyList<LabelConvention> Conventions => [LabelConvention.Plain(Info.ClassCount)];

    /// <summary>The description that a prepared folder needs to be understood without the catalogue; null for sets of the catalogue.</summary>
    public virtual DatasetDescription? Description => null;

    /// <summary>Finds the cases, and names everything that is none.</summary>
    /// <param name="folder">The download.</param>
    /// <returns>Cases and notes; paths use forward slashes.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder is missing or has another layout.</exception>
    public SourceListing List(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist. Expected: {Layout}.");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToList();
        var resourceForks = files.Where(file => Path.GetFileName(file).StartsWith("._", StringComparison.Ordinal)).ToList();
        var notes = new List<PreparationNote>();
        if (resourceForks.Count > 0)
            notes.Add(new PreparationNote(
                PreparationSeverity.Ignored, "resource-fork", null,
                $"{resourceForks.Count} files whose names begin with '._': made by macOS, they hold no image.", resourceForks));
        var cases = Match([.. files.Except(resourceForks)], folder, notes);
        return cases.Count == 0 && !notes.Exists(note => note.Severity == PreparationSeverity.Skipped)
            ? throw new DirectoryNotFoundException($"The folder '{folder}' holds no case of {Info.Name}. Expected: {Layout}.")
            : new SourceListing([.. cases.OrderBy(item => item.Id, StringComparer.Ordinal)], notes);
    }

    /// <summary>Pairs images with label maps.</summary>
    /// <param name="files">All files below the folder, sorted, with forward slashes.</param>
    /// <param name="folder">The download.</param>
    /// <param name="notes">Gets a note for everything that is not part of a complete case.</param>
    /// <returns>The complete cases.</returns>
    protected abstract IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes);

    /// <summary>Pairs images and labels of the same name; those without a partner become notes.</summary>
    /// <param name="images">Path of each image, by case.</param>
    /// <param name="labels">Path of each label map, by case.</param>
    /// <param name="make">Makes the case.</param>
    /// <param name="notes">Gets the lonely ones.</param>
    /// <returns>The complete cases.</returns>
    protected static IReadOnlyList<SourceCase> Pair(
        IReadOnlyDictionary<string, string> images,
        IReadOnlyDictionary<string, string> labels,
        Func<string, string, string, SourceCase> make,
        List<PreparationNote> notes)
    {
        foreach (var (id, image) in images.Where(image => !labels.ContainsKey(image.Key)))
            notes.Add(
                new PreparationNote(PreparationSeverity.Skipped, "label-missing", id, "There is an image but no label map.", [image]));
        foreach (var (id, label) in labels.Where(label => !images.ContainsKey(label.Key)))
            notes.Add(new PreparationNote(PreparationSeverity.Skipped, "image-missing", id, "There is a label map but no image.", [label]));
        return [.. images.Where(image => labels.ContainsKey(image.Key)).Select(image => make(image.Key, image.Value, labels[image.Key]))];
    }

    /// <summary>
    /// Pairs several modalities a case with a label map; a case that lacks one becomes a note that names what is missing.
    /// </summary>
    /// <param name="modalities">For each channel its name and the path of each case's image.</param>
    /// <param name="labels">Path of each label map, by case.</param>
    /// <param name="make">Makes the case from its name, first image and label map.</param>
    /// <param name="notes">Gets the incomplete ones.</param>
    /// <returns>The complete cases.</returns>
    protected static IReadOnlyList<SourceCase> Pair(
        IReadOnlyList<(string Name, Dictionary<string, string> Images)> modalities,
        IReadOnlyDictionary<string, string> labels,
        Func<string, string, string, SourceCase> make,
        List<PreparationNote> notes)
    {
        var cases = new List<SourceCase>();
        foreach (var id in modalities.SelectMany(modality => modality.Images.Keys).Concat(labels.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var missing = modalities.Where(modality => !modality.Images.ContainsKey(id)).Select(modality => modality.Name).ToList();
            string[] files = [.. modalities.Where(modality => modality.Images.ContainsKey(id)).Select(modality => modality.Images[id])];
            if (missing.Count == 0 && labels.TryGetValue(id, out var label))
                cases.Add(make(id, files[0], label) with { MoreImages = files[1..] });
            else if (missing.Count == 0)
                notes.Add(new PreparationNote(PreparationSeverity.Skipped, "label-missing", id, "There are images but no label map.", files));
            else
                notes.Add(new PreparationNote(
                    PreparationSeverity.Skipped, files.Length == 0 ? "image-missing" : "modality-missing", id,
                    $"There is no {string.Join(" and no ", missing)} image.", [.. files, .. labels.TryGetValue(id, out label) ? [label] : Array.Empty<string>()]));
        }
        return cases;
    }

    /// <summary>One note for all files of a kind that are left alone; none when there are none.</summary>
    /// <param name="notes">Gets the note.</param>
    /// <param name="code">Kind.</param>
    /// <param name="files">The files.</param>
    /// <param name="why">Why they are left alone.</param>
    protected static void Ignore(List<PreparationNote> notes, string code, IReadOnlyList<string> files, string why)
    {
        if (files.Count > 0)
            notes.Add(new PreparationNote(PreparationSeverity.Ignored, code, null, $"{files.Count} files: {why}", files));
    }

    /// <summary>A file's name without folders and without <c>.nii</c> or <c>.nii.gz</c>; null for other files.</summary>
    /// <param name="file">A path.</param>
    /// <returns>The bare name.</returns>
    protected static string? NiftiName(string file) => NameWithout(file, ".nii.gz", ".nii");

    /// <summary>A file's name without folders and without <c>.mhd</c> or <c>.mha</c>; null for other files.</summary>
    /// <param name="file">A path.</param>
    /// <returns>The bare name.</returns>
    protected static string? MetaImageName(string file) => NameWithout(file, ".mhd", ".mha");

    private static string? NameWithout(string file, params ReadOnlySpan<string> extensions)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        foreach (var extension in extensions)
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return name[..^extension.Length];
        return null;
    }

    /// <summary>
    /// Enters a file under a case; a second file for the same case (say <c>.nii</c> beside <c>.nii.gz</c>) becomes a warning.
    /// </summary>
    /// <param name="into">Path by case.</param>
    /// <param name="id">The case.</param>
    /// <param name="file">The file.</param>
    /// <param name="notes">Gets the warning.</param>
    protected static void Enter(Dictionary<string, string> into, string id, string file, List<PreparationNote> notes)
    {
        if (!into.TryAdd(id, file))
            notes.Add(new PreparationNote(
                PreparationSeverity.Warning, "second-file", id, $"Two files for one case; '{into[id]}' is used.", [into[id], file]));
    }
}
