using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ScoreSummaryTests
{
    [Fact]
    public void The_mean_leaves_out_and_counts_undefined_cases()
    {
        var summary = ScoreSummary.Mean([new CaseValue("a", "p", 0.5), new("b", "q", double.NaN), new("c", "r", 1)], "dsc");
        Assert.Equal(0.75, summary.Mean);
        Assert.Equal((2, 1, 2), (summary.Used, summary.Absent, summary.Patients));
        Assert.Equal((0.5, 1), (summary.Lower, summary.Upper));
        Assert.Contains("1 absent", summary.ToString());
    }

    [Fact]
    public void The_interval_is_that_of_the_normal_approximation_when_each_patient_has_one_case()
    {
        var values = Cases(patients: 200, perPatient: 1, seed: 1);
        var summary = ScoreSummary.Mean(values, "x");
        var mean = values.Average(v => v.Value);
        var error = Math.Sqrt(values.Sum(v => Math.Pow(v.Value - mean, 2)) / 199 / 200);
        Assert.Equal(mean - 1.96 * error, summary.Lower, 0.15 * error);
        Assert.Equal(mean + 1.96 * error, summary.Upper, 0.15 * error);
    }

    [Fact]
    public void Repeating_each_patients_case_does_not_narrow_the_interval()
    {
        var once = Cases(patients: 30, perPatient: 1, seed: 2);
        CaseValue[] often = [.. once.SelectMany(v => Enumerable.Range(0, 10).Select(i => v with { CaseId = $"{v.CaseId}-{i}" }))];
        var single = ScoreSummary.Mean(once, "x");
        var tenfold = ScoreSummary.Mean(often, "x");
        Assert.Equal(single.Lower, tenfold.Lower, 1e-12);
        Assert.Equal(single.Upper, tenfold.Upper, 1e-12);
        var asIfIndependent = ScoreSummary.Mean(often.Select(v => v with { PatientId = v.CaseId }).ToArray(), "x");
        Assert.True(asIfIndependent.Upper - asIfIndependent.Lower < 0.5 * (tenfold.Upper - tenfold.Lower));
    }

    [Fact]
    public void The_interval_covers_the_truth_about_as_often_as_it_says()
    {
        var covered = Enumerable.Range(0, 200)
            .Select(seed => ScoreSummary.Mean(Cases(40, 2, seed), "x", new BootstrapOptions(300, 0.9, seed)))
            .Count(s => s.Lower <= 0.7 && 0.7 <= s.Upper);
        Assert.InRange(covered, 165, 192);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_whatever_the_order_of_the_cases()
    {
        var values = Cases(patients: 12, perPatient: 2, seed: 3);
        var first = ScoreSummary.Mean(values, "x");
        var second = ScoreSummary.Mean(values.Reverse().ToArray(), "x");
        Assert.Equal((first.Lower, first.Upper), (second.Lower, second.Upper));
        Assert.NotEqual(first.Lower, ScoreSummary.Mean(values, "x", new BootstrapOptions(Seed: 2)).Lower);
    }

    [Fact]
    public void One_patient_has_a_mean_but_no_interval_and_none_has_neither()
    {
        var one = ScoreSummary.Mean([new CaseValue("a", "p", 0.5), new("b", "p", 0.7)], "x");
        Assert.Equal(0.6, one.Mean, 1e-12);
        Assert.True(double.IsNaN(one.Lower) && double.IsNaN(one.Upper));
        var none = ScoreSummary.Mean([new CaseValue("a", "p", double.NaN)], "x");
        Assert.True(double.IsNaN(none.Mean));
        Assert.Equal((0, 1), (none.Used, none.Absent));
    }

    [Fact]
    public void A_paired_difference_is_sharper_than_two_means()
    {
        var first = Cases(patients: 40, perPatient: 2, seed: 4);
        var random = new Random(5);
        CaseValue[] second = [.. first.Select(v => v with { Value = v.Value - 0.01 + 0.005 * (random.NextDouble() - 0.5) }).Reverse()];
        var difference = ScoreSummary.PairedDifference(first, second, "x");
        Assert.Equal(first.Average(v => v.Value) - second.Average(v => v.Value), difference.Mean, 1e-12);
        Assert.True(difference.Lower > 0);
        Assert.True(ScoreSummary.Mean(first, "x").Lower < ScoreSummary.Mean(second, "x").Upper);
    }

    [Fact]
    public void Cases_that_cannot_be_paired_or_repeat_are_named()
    {
        CaseValue[] cases = [new("a", "p", 1), new("b", "q", 2)];
        Assert.Contains("'b'", Assert.Throws<ArgumentException>(() => ScoreSummary.PairedDifference(cases, cases[..1], "x")).Message);
        Assert.Contains("'b'", Assert.Throws<ArgumentException>(
            () => ScoreSummary.PairedDifference(cases, [cases[0], new("b", "other", 1)], "x")).Message);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => ScoreSummary.Mean((CaseValue[])[cases[0], cases[0]], "x")).Message);
    }

    [Fact]
    public void Absent_in_one_method_is_absent_in_the_difference()
    {
        CaseValue[] first = [new("a", "p", 1), new("b", "q", double.NaN), new("c", "r", 3)];
        CaseValue[] second = [new("a", "p", 0.5), new("b", "q", 2), new("c", "r", double.NaN)];
        var difference = ScoreSummary.PairedDifference(first, second, "x");
        Assert.Equal((0.5, 1, 2), (difference.Mean, difference.Used, difference.Absent));
    }

    // Values of 0.7 on average: a patient effect and a smaller case effect.
    private static CaseValue[] Cases(int patients, int perPatient, int seed)
    {
        var random = new Random(seed);
        double Noise() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
        return
        [
            .. Enumerable.Range(0, patients).Select(p => (Patient: p, Level: 0.7 + 0.1 * Noise())).SelectMany(p =>
                Enumerable.Range(0, perPatient).Select(c => new CaseValue($"case{p.Patient}-{c}", $"patient{p.Patient}", p.Level + 0.03 * Noise())))
        ];
    }
}
