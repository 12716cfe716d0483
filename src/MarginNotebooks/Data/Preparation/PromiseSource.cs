using System.Text.RegularExpressions;

namespace MarginNotebooks.Data.Preparation;

/// <summary>PROMISE12: <c>CaseNN.mhd</c> and <c>CaseNN_segmentation.mhd</c> with their <c>.raw</c>, in the parts of the training data.</summary>
/// <remarks>
/// The prostate is 1; copies that have 255 instead, as the authors' own loader expects (<c>calibrate/data/prostate.py</c>), are read too
/// and reported. The test cases bear the same names and have no labels: folders whose names hold "test" or "live" are left out.
/// </remarks>
public sealed partial class PromiseSource : DatasetSource
{
    /// <inheritdoc/>
    public override DatasetInfo Info => DatasetCatalog.Promise;

    /// <inheritdoc/>
    public override string Layout => "CaseNN.mhd, CaseNN.raw, CaseNN_segmentation.mhd, CaseNN_segmentation.raw (also below TrainingData_Part1 to 3)";

    /// <inheritdoc/>
    public override IReadOnlyList<LabelConvention> Conventions { get; } =
    [
        new("0 and 1", new Dictionary<int, byte> { [0] = 0, [1] = 1 }),
        new("0 and 255", new Dictionary<int, byte> { [0] = 0, [255] = 1 }),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var images = new Dictionary<string, string>();
        var labels = new Dictionary<string, string>();
        List<string> unlabelled = [], other = [];
        foreach (var file in files)
        {
            if (file.Split('/')[..^1].Any(part => Hidden().IsMatch(part)))
                unlabelled.Add(file);
            else if (MetaImageName(file) is { } name && Case().Match(name) is { Success: true } match)
                Enter(match.Groups["label"].Success ? labels : images, match.Groups["id"].Value, file, notes);
            else if (!IsData(file))
                other.Add(file);
        }
        Ignore(notes, "no-labels-published", unlabelled, "cases of the challenge's own test.");
        Ignore(notes, "other-file", other, "no case of the training data.");
        return Pair(images, labels, (id, image, label) => new SourceCase(id, Info.PatientOf(id), null, image, label), notes);
    }

    // Named by the headers.
    private static bool IsData(string file) =>
        file.EndsWith(".raw", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".zraw", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<id>Case\d{2})(?<label>_segmentation)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Case();

    [GeneratedRegex("test|live", RegexOptions.IgnoreCase)]
    private static partial Regex Hidden();
}
