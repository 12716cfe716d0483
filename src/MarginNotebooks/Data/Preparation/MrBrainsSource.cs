namespace MarginNotebooks.Data.Preparation;

/// <summary>
/// MRBrainS18: <c>training/N/pre/</c> with <c>FLAIR</c>, <c>reg_T1</c> (or <c>T1</c>) and <c>reg_IR</c> (or <c>IR</c>), and
/// <c>training/N/segm.nii.gz</c>.
/// </summary>
/// <remarks>
/// The official label maps have 1 cortical gray matter, 2 basal ganglia, 3 white matter, 4 white matter lesions, 5 cerebrospinal fluid in
/// the extracerebral space, 6 ventricles, 7 cerebellum, 8 brain stem, 9 infarction, 10 other (mrbrains18.isi.uu.nl, "Data"). The organisers
/// merge 1 and 2, 3 and 4, 5 and 6 into gray matter, white matter and cerebrospinal fluid and leave cerebellum and brain stem out of that
/// task; here these are background. So are 9 and 10, which the organisers leave out of all scores and which the paper does not speak of.
/// </remarks>
public sealed class MrBrainsSource : DatasetSource
{
    private static readonly string[][] Files = [["FLAIR"], ["reg_T1", "T1"], ["reg_IR", "IR"]];

    /// <inheritdoc/>
    public override DatasetInfo Info => DatasetCatalog.MrBrains;

    /// <inheritdoc/>
    public override string Layout => "training/N/pre/FLAIR.nii.gz, reg_T1.nii.gz, reg_IR.nii.gz and training/N/segm.nii.gz";

    /// <inheritdoc/>
    public override IReadOnlyList<LabelConvention> Conventions { get; } =
    [
        // Maps with 0 to 3 alone were merged by somebody, in an order that they do not tell: one of 4 to 10 must be there.
        new(
            "the eleven labels of the organisers",
            new Dictionary<int, byte> { [0] = 0, [1] = 1, [2] = 1, [3] = 2, [4] = 2, [5] = 3, [6] = 3, [7] = 0, [8] = 0, [9] = 0, [10] = 0 },
            4, 5, 6, 7, 8, 9, 10),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var found = Files.Select(_ => new Dictionary<string, string>()).ToArray();
        var labels = new Dictionary<string, string>();
        List<string> originals = [], unregistered = [], other = [];
        foreach (var file in files)
        {
            var parts = file.Split('/');
            if (NiftiName(file) is not { } name)
                other.Add(file);
            else if (name == "segm" && parts.Length > 1)
                Enter(labels, Id(parts[^2]), file, notes);
            else if (parts.Contains("orig"))
                originals.Add(file);
            else if (parts.Length > 2 && parts[^2] == "pre" && Array.FindIndex(Files, names => names.Contains(name)) is >= 0 and var channel)
            {
                var id = Id(parts[^3]);
                if (found[channel].TryGetValue(id, out var earlier) && NiftiName(earlier) is { } twin && twin != name)
                {
                    // The registered one is aligned with the label map.
                    var better = Array.IndexOf(Files[channel], name) < Array.IndexOf(Files[channel], twin);
                    found[channel][id] = better ? file : earlier;
                    unregistered.Add(better ? earlier : file);
                }
                else
                    Enter(found[channel], id, file, notes);
            }
            else
                other.Add(file);
        }
        Ignore(notes, "original-scan", originals, "scans before bias correction and registration.");
        Ignore(notes, "unregistered-scan", unregistered, "beside the registered scan of the same sequence.");
        Ignore(notes, "other-file", other, "no sequence of the task and no label map.");
        return Pair(
            [.. Info.ChannelNames.Zip(found)], labels, (id, image, label) => new SourceCase(id, Info.PatientOf(id), null, image, label), notes);
    }

    // The folders are bare numbers; a case needs a name.
    private static string Id(string folder) => $"subject{folder}";
}
