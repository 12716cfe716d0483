using System.Text.RegularExpressions;

namespace MarginNotebooks.Data.Preparation;

/// <summary>
/// ACDC: <c>patientNNN/patientNNN_frameFF.nii.gz</c> and <c>…_gt.nii.gz</c>, two frames a patient, with or without <c>Info.cfg</c>.
/// </summary>
/// <remarks>
/// The official archive has the folders <c>training</c> and <c>testing</c>; the paper splits the 100 patients of <c>training</c>.
/// The pathology group comes from <c>Info.cfg</c>; without one, from the patient's number: the training patients come in groups of twenty,
/// 1–20 dilated (DCM), 21–40 hypertrophic cardiomyopathy (HCM), 41–60 infarction (MINF), 61–80 normal (NOR), 81–100 abnormal right
/// ventricle (RV).
/// </remarks>
public sealed partial class AcdcSource : DatasetSource
{
    private static readonly string[] GroupsOfTwenty = ["DCM", "HCM", "MINF", "NOR", "RV"];

    /// <inheritdoc/>
    public override DatasetInfo Info => DatasetCatalog.Acdc;

    /// <inheritdoc/>
    public override string Layout => "patientNNN/patientNNN_frameFF.nii.gz and patientNNN_frameFF_gt.nii.gz (also below training/)";

    /// <inheritdoc/>
    protected override IReadOnlyList<SourceCase> Match(IReadOnlyList<string> files, string folder, List<PreparationNote> notes)
    {
        var testing = files.Where(file => $"/{file}".Contains("/testing/", StringComparison.Ordinal)).ToList();
        Ignore(notes, "testing-folder", testing, "the challenge's own test patients; the paper splits the 100 training patients.");
        var images = new Dictionary<string, string>();
        var labels = new Dictionary<string, string>();
        var infos = new Dictionary<string, PatientInfo>();
        List<string> sequences = [], descriptions = [], other = [];
        foreach (var file in files.Except(testing))
        {
            var name = NiftiName(file);
            if (name is not null && Frame().Match(name) is { Success: true } frame)
                Enter(frame.Groups["gt"].Success ? labels : images, frame.Groups["id"].Value, file, notes);
            else if (name is not null && name.EndsWith("_4d", StringComparison.Ordinal))
                sequences.Add(file);
            else if (file.EndsWith("/Info.cfg", StringComparison.OrdinalIgnoreCase) && file.Split('/') is [.., var patient, _])
                infos[patient] = PatientInfo.Read(Path.Combine(folder, file), file);
            else if (file.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
                descriptions.Add(file);
            else
                other.Add(file);
        }
        Ignore(notes, "sequence", sequences, "whole 4-D cine sequences; only the two labelled frames are used.");
        Ignore(notes, "description", descriptions, "texts; mind the mandatory citation.");
        Ignore(notes, "other-file", other, "not named like an image, a label map or Info.cfg of ACDC.");
        var cases = Pair(
            images, labels, (id, image, label) => new SourceCase(id, Info.PatientOf(id), GroupOf(Info.PatientOf(id), infos), image, label), notes);
        CheckFrames(cases, infos, notes);
        return cases;
    }

    private static string? GroupOf(string patient, Dictionary<string, PatientInfo> infos)
    {
        if (infos.GetValueOrDefault(patient)?.Group is { } group)
            return group;
        return int.TryParse(patient.AsSpan("patient".Length), out var number) && number is >= 1 and <= 100
            ? GroupsOfTwenty[(number - 1) / 20]
            : null;
    }

    private static void CheckFrames(IReadOnlyList<SourceCase> cases, Dictionary<string, PatientInfo> infos, List<PreparationNote> notes)
    {
        foreach (var patient in cases.GroupBy(item => item.PatientId))
        {
            if (patient.Count() != 2)
                notes.Add(new PreparationNote(
                    PreparationSeverity.Warning, "frame-count", patient.Key, $"{patient.Count()} labelled frames; ACDC has two a patient.",
                    [.. patient.Select(item => item.Image)]));
            if (infos.GetValueOrDefault(patient.Key) is not { EndDiastole: { } ed, EndSystole: { } es } info)
                continue;
            var frames = patient.Select(item => int.Parse(item.Id.AsSpan(item.Id.Length - 2))).Order().ToList();
            if (!frames.SequenceEqual(new[] { ed, es }.Order()))
                notes.Add(new PreparationNote(
                    PreparationSeverity.Warning, "frames-differ", patient.Key,
                    $"Info.cfg names frames {ed} (ED) and {es} (ES), the files frames {string.Join(" and ", frames)}.", [info.File]));
        }
    }

    [GeneratedRegex(@"^(?<id>patient\d{3}_frame\d{2})(?<gt>_gt)?$")]
    private static partial Regex Frame();

    private sealed record PatientInfo(string File, string? Group, int? EndDiastole, int? EndSystole)
    {
        public static PatientInfo Read(string path, string file)
        {
            var values = System.IO.File.ReadLines(path)
                .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .Where(parts => parts.Length == 2)
                .GroupBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
                .ToDictionary(group => group.Key, group => group.First()[1], StringComparer.OrdinalIgnoreCase);
            return new PatientInfo(file, values.GetValueOrDefault("Group"), Number("ED"), Number("ES"));

            int? Number(string key) => int.TryParse(values.GetValueOrDefault(key), out var number) ? number : null;
        }
    }
}
