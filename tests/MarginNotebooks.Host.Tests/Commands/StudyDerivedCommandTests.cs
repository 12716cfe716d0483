using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>Shifted images and calibrators over a study's finished runs, at toy size, through the built program.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class StudyDerivedCommandTests
{
    [Fact]
    public void Finished_runs_are_shifted_and_calibrated_once()
    {
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder, epochs: 1, methods: "\"ce\"");
        Trained(folder, study);
        TinyStudy.Write(folder, epochs: 1);
        string[] where = [study, "--store", "store", "--output", "results", "--device", "cpu"];

        var shift = Processes.Margin(folder.Path, ["study", "shift", .. where, "--shifts", "noise"]);
        Assert.Equal(ExitCodes.Failed, shift.ExitCode); // one run of the study is missing
        Assert.Contains("1 computed, 1 left out, the run is not finished", shift.Output);
        var result = Assert.Single(Directory.GetDirectories(folder["results/shift/phantom"]));
        Assert.StartsWith("ce-seed1-", Path.GetFileName(result));
        var record = File.ReadAllText(Path.Combine(result, "record.json"));
        Assert.Contains("\"margin study shift tiny.json --dataset phantom --seeds 1 --shifts noise\"", record);
        Assert.DoesNotContain(folder.Path, record);

        Trained(folder, study);
        var more = Processes.Margin(folder.Path, ["study", "shift", .. where, "--shifts", "noise"]);
        Assert.True(more.ExitCode == ExitCodes.Success, more.Errors);
        Assert.Contains("1 computed, 1 done before", more.Output);
        Assert.Equal(record, File.ReadAllText(Path.Combine(result, "record.json")));

        var calibrated = Processes.Margin(folder.Path, ["study", "calibrate", .. where, "--calibrator", "temperature"]);
        Assert.True(calibrated.ExitCode == ExitCodes.Success, calibrated.Errors);
        Assert.Equal(2, Directory.GetFiles(folder["results/posthoc/phantom"], "record.json", SearchOption.AllDirectories).Length);
        Assert.Equal(
            ["none", "temperature"], File.ReadAllLines(Directory.GetFiles(folder["results/posthoc/phantom"], "scores.csv", SearchOption.AllDirectories)[0])
                .Skip(1).Select(line => line.Split(',')[0]).Distinct());

        File.WriteAllText(Directory.GetFiles(folder["store/phantom"], "best.safetensors", SearchOption.AllDirectories).Order().First(), "damaged");
        var failed = Processes.Margin(folder.Path, ["study", "calibrate", .. where, "--calibrator", "temperature"]);
        Assert.Equal(ExitCodes.Failed, failed.ExitCode);
        Assert.Contains("margin: phantom/ce-seed1-", failed.Errors);
        Assert.Contains("1 done before, 1 failed", failed.Output);
    }

    [Theory]
    [InlineData("study shift shift --shifts fog", "there is no 'fog'. Known: noise, blur, intensity")]
    [InlineData("study shift nothing", "There is no study 'nothing'")]
    [InlineData("study calibrate posthoc", "--calibrator")]
    [InlineData("study calibrate posthoc --calibrator warmth", "there is no 'warmth'. Known: class-temperature")]
    [InlineData("study calibrate posthoc --calibrator ,", "--calibrator is empty")]
    public void Wrong_usage_ends_with_2(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        var ended = Processes.Margin(folder.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains(expected, ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
    }

    private static void Trained(TemporaryFolder folder, string study)
    {
        var run = Processes.Margin(folder.Path, "study", "run", study, "--store", "store", "--device", "cpu", "--threads", "1", "--samples", "0");
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors + run.Output);
    }
}
