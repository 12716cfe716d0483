using System.Text.RegularExpressions;

namespace MarginNotebooks.Data.Preparation;

/// <summary>
/// BraTS 2019: <c>HGG/CASE/</c> and <c>LGG/CASE/</c>, each with <c>CASE_flair</c>, <c>CASE_t1</c>, <c>CASE_t1ce</c>, <c>CASE_t2</c> and
/// <c>CASE_seg</c>, <c>.nii.gz</c> or <c>.nii</c>.
/// </summary>
/// <remarks>
/// The official labels are 1 necrotic and non-enhancing core, 2 oedema, 4 enhancing tumour; 4 becomes class 3, as in the authors' prepared
/// files. Copies in which that was already done (1, 2, 3) are read too and reported. The grade is the stratum of the split; scans of one
/// patient, which differ in the last number of the name, stay together.
/// </remarks>
public sealed partial class BratsSource : DatasetSource
{
    private static readonly string[] Suffixes = ["flair", "t1", "t1ce", "t2"];

    /// <inheritdoc/>
    public override DatasetInfo Info => DatasetCatalog.Brats;

    /// <inheritdoc/>
    public override string Layout => "HGG/CASE/CASE_flair.nii.gz, CASE_t1, CASE_t1ce, CASE_t2, CASE_seg, and the same below LGG";

    /// <inheritdoc/>
    public override IReadOnlyList<LabelConvention> Conventions { get; } =
    [
        new("labels 1, 2, 4 of BraTS", new Dictionary<int, byte> { [0] = 0, [1] = 1, [2] = 2, [4] = 3 }),
        new("labels 1, 2, 3", new Dictionary<int, byte> { [0] = 0, [1] = 1, [2] = 2, [3] = 3 }),
    ];

    /// <summary>The patient of a case: names of BraTS 2017 to 2019 end in the number of the scan.</summary>
    /// <param name="id">For example <c>BraTS19_TCIA01_131_1</c>.</param>
    /// <returns>For example <c>BraTS19_TCIA01_131</c>; other names are their own.</returns>
    public static string PatientOf(string id) => ScanNumber().Match(id) is { Success: true } match ? match.Groups["patient"].Value : id;

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var found = Suffixes.Select(_ => new Dictionary<string, string>()).ToArray();
        var labels = new Dictionary<string, string>();
        List<string> tables = [], other = [];
        foreach (var file in files)
        {
            if (NiftiName(file) is { } name && name.LastIndexOf('_') is > 0 and var bar)
            {
                var (id, suffix) = (name[..bar], name[(bar + 1)..]);
                if (suffix == "seg")
                    Enter(labels, id, file, notes);
                else if (Array.IndexOf(Suffixes, suffix) is >= 0 and var channel)
                    Enter(found[channel], id, file, notes);
                else
                    other.Add(file);
            }
            else
                (file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? tables : other).Add(file);
        }
        Ignore(notes, "table", tables, "survival data and name lists; not used.");
        Ignore(notes, "other-file", other, "no modality of the task and no label map.");
        return Pair(
            [.. Info.ChannelNames.Zip(found)], labels,
            (id, image, label) => new SourceCase(id, PatientOf(id), GradeOf(image), image, label), notes);
    }

    private static string? GradeOf(string file) => Array.Find(file.Split('/'), part => part is "HGG" or "LGG");

    [GeneratedRegex(@"^(?<patient>Brats1[789]_.+)_\d+$", RegexOptions.IgnoreCase)]
    private static partial Regex ScanNumber();
}
