using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Data.Shifts;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Studies;

public sealed class ShiftStudyTests : IDisposable
{
    private static readonly StudyData Data = StudyData.Phantom(new PhantomOptions { Patients = 10, Size = 32, Depth = 2 });
    private static readonly ImageShift[] Shifts = [new GaussianBlur([1, 2]), new GaussianNoise([0.5])];

    private readonly UNet network = new(Data.Info.Channels, Data.Info.ClassCount, 2);

    public void Dispose() => network.Dispose();

    private ShiftResults Run() => ShiftStudy.Run(network, Data, Shifts, CPU, cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public void Each_strength_is_scored_as_an_evaluation_of_the_shifted_volumes()
    {
        var results = Run();
        Assert.Equal(["blur", "noise"], results.Shifts);
        Assert.Equal((1 + 2 + 1) * 2 * Data.Test.Count, results.Rows.Count);
        Assert.Equal([(0, double.NaN), (1, 1), (2, 2)], results.StrengthsOf("blur"));
        var plain = Evaluation.Run(network, Data, CPU, TestContext.Current.CancellationToken).Cases.Where(row => row.Protocol == "sound");
        Assert.All(results.CasesOf("noise", 0).Zip(plain), pair => Assert.Equal(pair.Second.Values, pair.First.Values));
        var blurred = Evaluation.Run(
            network, Data.Info, [.. Data.Test.Select(item => Shifts[0].Apply(item, 2))], [MarginNotebooks.Metrics.EvaluationProtocol.Sound], CPU, TestContext.Current.CancellationToken);
        Assert.All(results.CasesOf("blur", 2).Zip(blurred.Cases), pair => Assert.Equal(pair.Second.Values, pair.First.Values));
        Assert.NotEqual(results.CasesOf("blur", 1)[0].Values["nll/all"], results.CasesOf("blur", 2)[0].Values["nll/all"]);
        Assert.Contains("blur, noise", Assert.Throws<ArgumentException>(() => results.CasesOf("intensity", 1)).Message);
        Assert.Equal(["as it is", "1", "2"], results.Summary("blur").Frame.GetColumn<string>("Parameter").Values);
    }

    [Fact]
    public void A_table_is_read_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var results = Run();
        results.SaveCsv(folder["all.csv"]);
        Same(results, ShiftResults.ReadCsv(folder["all.csv"]));

        var small = results.Reduced(["dsc", "ece/all"], digits: 3);
        small.SaveCsv(folder["small.csv"]);
        var read = ShiftResults.ReadCsv(folder["small.csv"]);
        Same(small, read);
        Assert.Equal(["dsc", "ece/all"], read.Rows[0].Case.Values.Keys);
        foreach (var (exact, rounded) in results.CasesOf("noise", 1).Zip(read.CasesOf("noise", 1)))
            Assert.Equal(exact.Values["ece/all"], rounded.Values["ece/all"], 0.0051 * exact.Values["ece/all"]);

        File.WriteAllText(folder["wrong.csv"], "calibrator,protocol,case,patient,dsc\n");
        Assert.Contains("wrong.csv", Assert.Throws<InvalidDataException>(() => ShiftResults.ReadCsv(folder["wrong.csv"])).Message);
        File.WriteAllText(folder["wrong.csv"], File.ReadAllText(folder["small.csv"]).Replace(",1,0.5,", ",one,0.5,"));
        Assert.Contains("'one' is not a whole number", Assert.Throws<InvalidDataException>(() => ShiftResults.ReadCsv(folder["wrong.csv"])).Message);
    }

    [Fact]
    public void A_key_may_occur_once_and_none_is_taken() => Assert.All(
        [[new GaussianBlur(), new GaussianBlur([7])], [new Nothing()]],
        (ImageShift[] shifts) => Assert.Throws<ArgumentException>(() =>
            ShiftStudy.Run(network, Data, shifts, CPU, cancellation: TestContext.Current.CancellationToken)));

    [Fact]
    public void It_stops_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        var volumes = new List<string>();
        Assert.Throws<OperationCanceledException>(() => ShiftStudy.Run(network, Data, Shifts, CPU, new Said(text =>
        {
            volumes.Add(text);
            stop.Cancel();
        }), stop.Token));
        Assert.Single(volumes);
    }

    private static void Same(ShiftResults expected, ShiftResults actual)
    {
        Assert.Equal(expected.Rows.Select(Key), actual.Rows.Select(Key));
        foreach (var (one, other) in expected.Rows.Zip(actual.Rows))
            Assert.All(one.Case.Values, score => Assert.Equal(score.Value, other.Case.Values[score.Key]));

        static (string, int, double, string, string, string) Key(ShiftRow row) =>
            (row.Shift, row.Strength, row.Parameter, row.Case.Protocol, row.Case.CaseId, row.Case.PatientId);
    }

    private sealed class Nothing() : ImageShift("none", "Nothing", "x", 0, [1])
    {
        protected override void Shift(Span<float> channel, ShiftContext context)
        {
        }
    }

    private sealed class Said(Action<string> heard) : IProgress<string>
    {
        public void Report(string value) => heard(value);
    }
}
