using System.Text.RegularExpressions;

namespace MarginNotebooks.Data.Preparation;

/// <summary>FLARE 2021: <c>TrainingImg/train_NNN_0000.nii.gz</c> and <c>TrainingMask/train_NNN.nii.gz</c>.</summary>
/// <remarks>Labels are 1 liver, 2 kidneys, 3 spleen, 4 pancreas. The challenge's validation and test images have no labels.</remarks>
public sealed partial class FlareSource : DatasetSource
{
    /// <inheritdoc/>
    public override DatasetInfo Info => DatasetCatalog.Flare;

    /// <inheritdoc/>
    public override string Layout => "TrainingImg/train_NNN_0000.nii.gz and TrainingMask/train_NNN.nii.gz";

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var images = new Dictionary<string, string>();
        var labels = new Dictionary<string, string>();
        List<string> unlabelled = [], other = [];
        foreach (var file in files)
        {
            var name = NiftiName(file);
            if (name is not null && Training().Match(name) is { Success: true } match)
                Enter(match.Groups["image"].Success ? images : labels, match.Groups["id"].Value, file, notes);
            else if (name is not null && Unlabelled().IsMatch(name))
                unlabelled.Add(file);
            else
                other.Add(file);
        }
        Ignore(notes, "no-labels-published", unlabelled, "images of the challenge's validation and test, not used.");
        Ignore(notes, "other-file", other, "no image and no label map of the training set.");
        return Pair(images, labels, (id, image, label) => new SourceCase(id, Info.PatientOf(id), null, image, label), notes);
    }

    [GeneratedRegex(@"^(?<id>train_\d{3,})(?<image>_0000)?$")]
    private static partial Regex Training();

    [GeneratedRegex(@"^(validation|val|test)_")]
    private static partial Regex Unlabelled();
}
