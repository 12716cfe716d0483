using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class SplitTests
{
    [Fact]
    public void Acdc_keeps_fourteen_two_four_of_every_group()
    {
        var patients = Enumerable.Range(0, 100).Select(i => new SplitPatient($"patient{i + 1:000}", $"g{i / 20}")).ToList();
        var split = Split.Create("acdc", patients, DatasetCatalog.Acdc.Sizes, seed: 1);
        Assert.Equal((70, 10, 20), (split.Train.Count, split.Valid.Count, split.Test.Count));
        foreach (var group in patients.GroupBy(patient => patient.Group))
            Assert.Equal([14, 2, 4], SplitParts.All.Select(part => group.Count(patient => split.PartOf(patient.Id) == part)));
        Assert.Empty(split.Problems(patients.Select(patient => patient.Id)));
    }

    [Fact]
    public void Hippocampus_gets_the_numbers_of_the_paper()
    {
        var split = Split.Create("hippocampus", Patients(260), DatasetCatalog.Hippocampus.Sizes, seed: 1);
        Assert.Equal((185, 25, 50), (split.Train.Count, split.Valid.Count, split.Test.Count));
    }

    [Fact]
    public void The_same_seed_gives_the_same_split_on_every_platform()
    {
        // From an independent program: a change of these names is a change of every published number.
        var split = Split.Create("toy", Patients(20), new SplitSizes(70, 10, 20), seed: 1);
        Assert.Equal("p000 p003 p006 p009 p010 p011 p012 p013 p014 p015 p016 p017 p018 p019", string.Join(' ', split.Train));
        Assert.Equal(split.Checksum, Split.Create("toy", Patients(20).Reverse(), new SplitSizes(70, 10, 20), seed: 1).Checksum);
        Assert.NotEqual(split.Checksum, Split.Create("toy", Patients(20), new SplitSizes(70, 10, 20), seed: 2).Checksum);
    }

    [Fact]
    public void Sizes_are_exact_whatever_the_groups()
    {
        var random = new SeededRandom(5);
        for (var trial = 0; trial < 300; trial++)
        {
            var patients =
                Enumerable.Range(0, 1 + random.Below(120)).Select(i => new SplitPatient($"p{i}", $"g{random.Below(1 + trial % 9)}")).ToList();
            var sizes = new SplitSizes(random.Below(100), random.Below(100), 1 + random.Below(100));
            var split = Split.Create("toy", patients, sizes, trial);
            Assert.Equal(sizes.Counts(patients.Count), SplitParts.All.Select(part => split.Patients(part).Count));
            Assert.Empty(split.Problems(patients.Select(patient => patient.Id)));
            foreach (var group in patients.GroupBy(patient => patient.Group))
                foreach (var part in SplitParts.All)
                {
                    var ideal = (double)group.Count() * split.Patients(part).Count / patients.Count;
                    var dealt = group.Count(patient => split.PartOf(patient.Id) == part);
                    Assert.True(Math.Abs(dealt - ideal) < 2, $"group of {group.Count()}: {dealt} in {part}, ideally {ideal:0.00}");
                }
        }
    }

    [Fact]
    public void Every_patient_gets_into_the_test_part_sooner_or_later()
    {
        var counts = new int[10];
        for (var seed = 0; seed < 2000; seed++)
            counts[int.Parse(Split.Create("toy", Patients(10), new SplitSizes(7, 1, 2), seed).Test[0][1..])]++;
        // The smaller of two sorted draws from ten: P(first = i) = (9 − i) / 45.
        for (var i = 0; i < 9; i++)
            Assert.InRange(counts[i], 2000 * (9 - i) / 45 - 100, 2000 * (9 - i) / 45 + 100);
    }

    [Fact]
    public void Is_written_and_read_back()
    {
        using var folder = new TemporaryFolder();
        var split = Split.Create("toy", Patients(11), new SplitSizes(6, 3, 2), seed: 9);
        split.Write(folder["split.json"]);
        var back = Split.Read(folder["split.json"]);
        Assert.Equal(split.Checksum, back.Checksum);
        Assert.Equal(split.Valid, back.Valid);
        Assert.Equal(split.Sizes, back.Sizes);
    }

    [Fact]
    public void An_edited_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        Split.Create("toy", Patients(11), new SplitSizes(6, 3, 2), seed: 9).Write(folder["split.json"]);
        var text = File.ReadAllText(folder["split.json"]);
        File.WriteAllText(folder["edited.json"], text.Replace("\"seed\": 9", "\"seed\": 8"));
        Assert.Contains("edited", Assert.Throws<InvalidDataException>(() => Split.Read(folder["edited.json"])).Message);
        File.WriteAllText(folder["cut.json"], text[..^20]);
        Assert.Contains("cut.json", Assert.Throws<InvalidDataException>(() => Split.Read(folder["cut.json"])).Message);
        File.WriteAllText(folder["new.json"], text.Replace("margin-split/1", "margin-split/7"));
        Assert.Contains("margin-split/7", Assert.Throws<InvalidDataException>(() => Split.Read(folder["new.json"])).Message);
    }

    [Fact]
    public void Patients_in_two_parts_lost_or_unknown_are_named()
    {
        var split = Split.Create("toy", Patients(10), new SplitSizes(6, 2, 2), seed: 1);
        var twice = split with { Test = [.. split.Test, split.Train[0]] };
        Assert.Contains(twice.Problems(), problem => problem.Contains(split.Train[0]) && problem.Contains("train") && problem.Contains("test"));
        Assert.Contains(split.Problems([.. Patients(11).Select(patient => patient.Id)]), problem => problem.Contains("p010"));
        Assert.Contains(split.Problems([.. Patients(9).Select(patient => patient.Id)]), problem => problem.Contains("p009"));
        Assert.Throws<ArgumentException>(() => Split.Create("toy", [.. Patients(3), .. Patients(1)], new SplitSizes(1, 1, 1), 1));
        Assert.Throws<ArgumentException>(() => Split.Create("toy", Patients(3), new SplitSizes(0, 0, 0), 1));
    }

    private static IEnumerable<SplitPatient> Patients(int count) => Enumerable.Range(0, count).Select(i => new SplitPatient($"p{i:000}"));
}
