namespace MarginNotebooks.Data.Preparation;

/// <summary>
/// The Decathlon's <c>Task04_Hippocampus</c>: <c>imagesTr/hippocampus_NNN.nii.gz</c> and <c>labelsTr/</c> of the same names.
/// </summary>
/// <remarks>
/// The Decathlon does not say which two hippocampi are one person's, so each case counts as a patient. Its <c>imagesTs</c> has no labels
/// and is left out, as in the paper.
/// </remarks>
public sealed class HippocampusSource : DatasetSource
{
    /// <inheritdoc/>
    public override DatasetInfo Info => DatasetCatalog.Hippocampus;

    /// <inheritdoc/>
    public override string Layout => "imagesTr/hippocampus_NNN.nii.gz and labelsTr/hippocampus_NNN.nii.gz";

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var images = new Dictionary<string, string>();
        var labels = new Dictionary<string, string>();
        var unlabelled = new List<string>();
        var other = new List<string>();
        foreach (var file in files)
        {
            // The folder may be the task's own, or the one that holds Task04_Hippocampus.
            var parent = file.Split('/') is [.., var last, _] ? last : "";
            switch (parent, NiftiName(file))
            {
                case ("imagesTr", { } id):
                    Enter(images, id, file, notes);
                    break;
                case ("labelsTr", { } id):
                    Enter(labels, id, file, notes);
                    break;
                case ("imagesTs", not null):
                    unlabelled.Add(file);
                    break;
                default:
                    other.Add(file);
                    break;
            }
        }
        Ignore(notes, "no-labels-published", unlabelled, "images of the Decathlon's own test, whose labels are not published.");
        Ignore(notes, "other-file", other, "no image and no label map of the training set.");
        return Pair(images, labels, (id, image, label) => new SourceCase(id, Info.PatientOf(id), null, image, label), notes);
    }
}
