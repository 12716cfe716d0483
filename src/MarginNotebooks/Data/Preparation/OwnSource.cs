namespace MarginNotebooks.Data.Preparation;

/// <summary>A data set that somebody described in a few lines: see <see cref="DatasetDescription"/>.</summary>
/// <param name="description">The description.</param>
public sealed class OwnSource(DatasetDescription description) : DatasetSource
{
    /// <inheritdoc/>
    public override DatasetInfo Info { get; } = description.ToInfo();

    /// <inheritdoc/>
    public override DatasetDescription Description => description;

    /// <inheritdoc/>
    public override string Layout => string.Join(" and ", description.Images.Append(description.Label).Distinct());

    /// <inheritdoc/>
    public override IReadOnlyList<LabelConvention> Conventions => description.Labels is { } labels
        ? [new LabelConvention("as described", labels)]
        : base.Conventions;

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var patients = new Dictionary<string, string>();
        var used = new HashSet<string>();
        Dictionary<string, string> Find(string pattern)
        {
            var form = new FilePattern(pattern);
            var found = new Dictionary<string, string>();
            foreach (var file in files)
                if (form.Match(file) is var (id, patient))
                {
                    Enter(found, id, file, notes);
                    patients[id] = patient;
                    used.Add(file);
                }
            return found.Count > 0
                ? found
                : throw new DirectoryNotFoundException(
                    $"The pattern '{pattern}' fits no file below '{folder}'. There are {files.Count} files: "
                    + $"{string.Join(", ", files.Take(10))}{(files.Count > 10 ? ", …" : "")}.");
        }

        var names = Info.ChannelNames;
        var images = description.Images
            .Select((pattern, i) => (Name: description.Images.Count > 1 ? names[i] : "such", Images: Find(pattern))).ToList();
        var labels = Find(description.Label);
        Ignore(notes, "other-file", [.. files.Where(file => !used.Contains(file))], "fit no pattern of the description.");
        return Pair(images, labels, (id, image, label) => new SourceCase(id, patients[id], null, image, label), notes);
    }
}
