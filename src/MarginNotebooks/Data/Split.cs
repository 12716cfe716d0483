using System.Security.Cryptography;
using System.Text;

namespace MarginNotebooks.Data;

/// <summary>A patient, and the stratum that splits keep in proportion.</summary>
/// <param name="Id">Unique in the data set.</param>
/// <param name="Group">For example a pathology; null when the data set has none.</param>
public sealed record SplitPatient(string Id, string? Group = null);

/// <summary>Which patients belong to which part: seeded, stratified by group, stored as JSON, the same on every platform.</summary>
public sealed record Split
{
    private const string CurrentFormat = "margin-split/1";

    /// <summary>Version of the file format.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>Key of the data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>Seed of the shuffle.</summary>
    public required int Seed { get; init; }

    /// <summary>The proportions asked for.</summary>
    public required SplitSizes Sizes { get; init; }

    /// <summary>Patients of the training part, sorted.</summary>
    public required IReadOnlyList<string> Train { get; init; }

    /// <summary>Patients of the validation part, sorted.</summary>
    public required IReadOnlyList<string> Valid { get; init; }

    /// <summary>Patients of the test part, sorted.</summary>
    public required IReadOnlyList<string> Test { get; init; }

    /// <summary>SHA-256 of data set, seed, proportions and lists, so that an edited file is noticed.</summary>
    public string Checksum { get; init; } = "";

    /// <summary>
    /// Deals patients out: within each group in random order, with group and total sizes as close to the proportions as can be.
    /// </summary>
    /// <param name="dataset">Key of the data set.</param>
    /// <param name="patients">All patients; their order does not matter.</param>
    /// <param name="sizes">Proportions of the parts.</param>
    /// <param name="seed">Equal seeds and patients give equal splits.</param>
    /// <returns>The split.</returns>
    /// <exception cref="ArgumentException">A patient is listed twice, or the proportions make no sense.</exception>
    public static Split Create(string dataset, IEnumerable<SplitPatient> patients, SplitSizes sizes, int seed)
    {
        var sorted = patients.OrderBy(patient => patient.Id, StringComparer.Ordinal).ToList();
        for (var i = 1; i < sorted.Count; i++)
            if (sorted[i].Id == sorted[i - 1].Id)
                throw new ArgumentException($"Patient '{sorted[i].Id}' is listed twice.", nameof(patients));
        var groups = sorted.GroupBy(patient => patient.Group ?? "").OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var quota = SplitQuota.Deal([.. groups.Select(group => group.Count())], sizes);
        var parts = new[] { new List<string>(), new List<string>(), new List<string>() };
        for (var g = 0; g < groups.Count; g++)
        {
            var ids = groups[g].Select(patient => patient.Id).ToArray();
            // A generator of its own keeps a group's order when other groups change.
            new SeededRandom((ulong)seed, StableHash(groups[g].Key)).Shuffle<string>(ids);
            var next = 0;
            for (var part = 0; part < 3; part++)
                for (var i = 0; i < quota[g, part]; i++)
                    parts[part].Add(ids[next++]);
        }
        foreach (var part in parts)
            part.Sort(StringComparer.Ordinal);
        var split = new Split { Dataset = dataset, Seed = seed, Sizes = sizes, Train = parts[0], Valid = parts[1], Test = parts[2] };
        return split with { Checksum = split.ComputeChecksum() };
    }

    /// <summary>Patients of a part.</summary>
    /// <param name="part">The part.</param>
    /// <returns>Sorted names.</returns>
    public IReadOnlyList<string> Patients(SplitPart part) => part switch
    {
        SplitPart.Train => Train,
        SplitPart.Valid => Valid,
        _ => Test,
    };

    /// <summary>The part of a patient.</summary>
    /// <param name="patient">The patient.</param>
    /// <returns>The part, or null when the split does not know the patient.</returns>
    public SplitPart? PartOf(string patient)
    {
        foreach (var part in SplitParts.All)
            if (Patients(part).Contains(patient))
                return part;
        return null;
    }

    /// <summary>What is wrong with the split: patients in two parts, missing or unknown ones, a checksum that does not fit.</summary>
    /// <param name="patients">The patients that must be split; null checks the split alone.</param>
    /// <returns>One sentence a problem; none when all is well.</returns>
    public IReadOnlyList<string> Problems(IEnumerable<string>? patients = null)
    {
        var problems = new List<string>();
        if (Format != CurrentFormat)
            problems.Add($"The split has the format '{Format}'; this version reads '{CurrentFormat}'.");
        var seen = new Dictionary<string, SplitPart>(StringComparer.Ordinal);
        foreach (var part in SplitParts.All)
            foreach (var patient in Patients(part))
                if (!seen.TryAdd(patient, part))
                    problems.Add($"Patient '{patient}' is in {seen[patient].Folder()} and again in {part.Folder()}.");
        if (patients is not null)
        {
            var expected = patients.ToHashSet(StringComparer.Ordinal);
            problems.AddRange(expected.Except(seen.Keys).Order().Select(patient => $"Patient '{patient}' is in no part of the split."));
            problems.AddRange(seen.Keys.Except(expected).Order().Select(patient => $"The split names patient '{patient}', who has no case."));
        }
        if (Checksum != ComputeChecksum())
            problems.Add($"The split's checksum is '{Checksum}', but its content gives '{ComputeChecksum()}': it was edited.");
        return problems;
    }

    /// <summary>Writes the split as JSON, whole or not at all.</summary>
    /// <param name="path">The file, usually <c>split.json</c>.</param>
    public void Write(string path) => DataJson.Write(path, this, DataJson.Files.Split);

    /// <summary>Reads and checks a split.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The split.</returns>
    /// <exception cref="InvalidDataException">The file is no split, or one that contradicts itself.</exception>
    public static Split Read(string path)
    {
        var split = DataJson.Read(path, DataJson.Files.Split);
        return split.Problems() is [var first, ..] ? throw new InvalidDataException($"{path}: {first}") : split;
    }

    private string ComputeChecksum()
    {
        var text = new StringBuilder($"{Dataset}\n{Seed}\n{Sizes}\n");
        foreach (var part in SplitParts.All)
            text.Append(part.Folder()).Append('\n').AppendJoin('\n', Patients(part)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // FNV-1a: string.GetHashCode differs from run to run.
    private static ulong StableHash(string text) =>
        Encoding.UTF8.GetBytes(text).Aggregate(0xCBF29CE484222325UL, (hash, unit) => unchecked((hash ^ unit) * 0x100000001B3UL));
}
