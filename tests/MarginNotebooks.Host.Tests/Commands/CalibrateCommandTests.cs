using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>Calibrating stored runs from the command line, at toy size, through the built program.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class CalibrateCommandTests
{
    [Fact]
    public void Two_runs_are_calibrated_joined_and_stored()
    {
        using var folder = new TemporaryFolder();
        foreach (var seed in new[] { "1", "2" })
        {
            var trained = Processes.Margin(
                folder.Path, "train", "--dataset", "phantom", "--phantom-patients", "10", "--method", "ce", "--filters", "2", "--epochs", "1", "--batch-size", "8",
                "--device", "cpu", "--seed", seed, "--dropout", seed == "1" ? "0.5" : "0");
            Assert.True(trained.ExitCode == ExitCodes.Success, trained.Errors);
        }
        string[] runs = [.. Directory.GetDirectories(folder["out/results/phantom"]).Order(StringComparer.Ordinal)];
        var ended = Processes.Margin(folder.Path, ["calibrate", .. runs, "--calibrator", "temperature,isotonic,ensemble,mc-dropout", "--device", "cpu"]);
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Errors);
        Assert.Contains("never changes the predicted class", ended.Output);
        Assert.Contains("protocol 'authors'", ended.Output);
        var stored = Assert.Single(Directory.GetDirectories(folder["out/calibration/phantom"]));
        Assert.Equal(Path.GetFileName(runs[0]), Path.GetFileName(stored));
        Assert.Equal(
            ["calibration.csv", "isotonic.safetensors", "temperature.safetensors"],
            Directory.GetFiles(stored).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        var rows = File.ReadAllLines(Path.Combine(stored, "calibration.csv")).Skip(1).Select(line => line.Split(',')[0]).Distinct();
        Assert.Equal(["none", "temperature", "isotonic", "ensemble", "mc-dropout"], rows);
        var without = Processes.Margin(folder.Path, "calibrate", runs[1], "--calibrator", "mc-dropout");
        Assert.Equal(ExitCodes.Usage, without.ExitCode);
        Assert.Contains("--dropout", without.Errors);
    }

    [Theory]
    [InlineData("calibrate . --calibrator nonsense", "nonsense")]
    [InlineData("calibrate . --calibrator temperature", "run.json")]
    [InlineData("calibrate . --calibrator ensemble", "several runs")]
    [InlineData("calibrate .", "--calibrator")]
    public void Wrong_usage_ends_with_2(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        var ended = Processes.Margin(folder.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains(expected, ended.Errors);
    }
}
