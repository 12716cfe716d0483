using System.Diagnostics;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>Training and evaluating from the command line, at toy size, through the built program.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class TrainAndEvaluateTests
{
    private static readonly string[] Toy =
    [
        "train", "--dataset", "phantom", "--phantom-patients", "10", "--method", "ce", "--filters", "2", "--epochs", "2", "--batch-size", "8", "--device", "cpu",
    ];

    [Fact]
    public void A_run_is_stored_found_again_and_evaluated_to_the_same_scores()
    {
        using var folder = new TemporaryFolder();
        var first = Processes.Margin(folder.Path, Toy);
        Assert.True(first.ExitCode == ExitCodes.Success, first.Errors);
        var stored = Assert.Single(Directory.GetDirectories(folder["out/results/phantom"]));
        Assert.Contains("dsc", first.Output);

        var second = Processes.Margin(folder.Path, Toy);
        Assert.Equal(ExitCodes.Success, second.ExitCode);
        Assert.Contains("Finished before", second.Output);

        var evaluated = Processes.Margin(folder.Path, "evaluate", stored, "--device", "cpu");
        Assert.True(evaluated.ExitCode == ExitCodes.Success, evaluated.Errors);
        Assert.Equal(
            File.ReadAllText(Path.Combine(stored, "cases.csv")),
            File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(folder["out/evaluation/phantom"])), "cases.csv")));

        var measured = Processes.Margin(folder.Path, "evaluate", stored, "--device", "cpu", "--measures", "smece,aurc", "--regions", "all,boundary:3");
        Assert.True(measured.ExitCode == ExitCodes.Success, measured.Errors);
        Assert.Contains("Measures of pixels within 3 mm", measured.Output);
        var evaluation = Assert.Single(Directory.GetDirectories(folder["out/evaluation/phantom"]));
        Assert.Equal(File.ReadAllText(Path.Combine(stored, "cases.csv")), File.ReadAllText(Path.Combine(evaluation, "cases.csv")));
        var measures = File.ReadAllLines(Path.Combine(evaluation, "measures.csv"));
        Assert.Contains(measures, line => line.StartsWith("all,pooled,,,smece,", StringComparison.Ordinal));
        Assert.Contains(measures, line => line.StartsWith("boundary-3,case,", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_backbone_is_trained_and_its_weights_are_converted_and_evaluated_as_if_from_elsewhere()
    {
        using var folder = new TemporaryFolder();
        var trained = Processes.Margin(folder.Path, [.. Toy, "--backbone", "nnunet"]);
        Assert.True(trained.ExitCode == ExitCodes.Success, trained.Errors);
        var stored = Assert.Single(Directory.GetDirectories(folder["out/results/phantom"]));
        var weights = Assert.Single(Directory.GetFiles(folder["out/runs"], "best.safetensors", SearchOption.AllDirectories));

        // Under other names, as another program would have saved them.
        File.WriteAllText(folder["away.json"], """{"encoder": "net.enc", "decoder": "net.dec"}""");
        File.WriteAllText(folder["back.json"], """{"net.enc": "encoder", "net.dec": "decoder"}""");
        var converted = Processes.Margin(folder.Path, "weights", "convert", weights, "foreign.safetensors", "--map", "away.json");
        Assert.True(converted.ExitCode == ExitCodes.Success, converted.Errors);
        Assert.Contains("net.enc.stages.0.0.convs.0.conv.weight\tFloat32\t(2, 1, 3, 3)", Processes.Margin(folder.Path, "weights", "list", "foreign.safetensors").Output);

        string[] evaluate =
        [
            "evaluate", "--weights", "foreign.safetensors", "--backbone", "nnunet", "--filters", "2", "--phantom-patients", "10", "--device", "cpu",
        ];
        var refused = Processes.Margin(folder.Path, evaluate);
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("name map", refused.Errors);
        var evaluated = Processes.Margin(folder.Path, [.. evaluate, "--map", "back.json"]);
        Assert.True(evaluated.ExitCode == ExitCodes.Success, evaluated.Errors);
        Assert.Contains("trained elsewhere", evaluated.Output);
        Assert.Equal(
            File.ReadAllText(Path.Combine(stored, "cases.csv")),
            File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(folder["out/evaluation/phantom"])), "cases.csv")));
    }

    [Fact]
    public async Task Interrupt_saves_and_the_same_command_goes_on()
    {
        using var folder = new TemporaryFolder();
        string[] longer = [.. Toy[..^6], "--epochs", "200", "--batch-size", "4", "--device", "cpu"];
        var start = Processes.MarginStart(folder.Path, longer);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        // The first finished epoch is a line; then the user presses Ctrl-C.
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("done"))
        {
        }
        Processes.Run(new ProcessStartInfo("kill", ["-INT", $"{process.Id}"]));
        var ended = Processes.Finish(process);
        Assert.Equal(ExitCodes.Interrupted, ended.ExitCode);
        Assert.NotEmpty(Directory.GetFiles(folder["out/runs"], "last.ckpt", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(folder["out/results/phantom"]));
    }

    [Theory]
    [InlineData("train", "--method")]
    [InlineData("train --method nonsense", "nonsense")]
    [InlineData("train --method ce --epochs 0", "Epochs")]
    [InlineData("train --method ce --device tpu", "tpu")]
    [InlineData("train --method ce --backbone nonsense", "attunet")]
    [InlineData("train --method ce --initial-weights nowhere.pth", "nowhere.pth")]
    [InlineData("evaluate .", "run.json")]
    [InlineData("evaluate --weights x.pth", "--backbone")]
    [InlineData("evaluate . --backbone unet", "leave --backbone out")]
    [InlineData("evaluate --weights nowhere.pth --backbone unet", "nowhere.pth")]
    [InlineData("weights list nowhere.pth", "nowhere.pth")]
    [InlineData("evaluate . --measures nonsense", "nonsense")]
    [InlineData("evaluate . --measures ece --regions boundary:0", "boundary:0")]
    [InlineData("data verify nonsense", "nonsense")]
    public void Wrong_usage_ends_with_2(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        var ended = Processes.Margin(folder.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains(expected, ended.Errors);
    }

    [Fact]
    public void Data_that_are_not_there_end_with_1_and_the_remedy()
    {
        using var folder = new TemporaryFolder();
        var trained = Processes.Margin(folder.Path, "train", "--dataset", "hippocampus", "--method", "ce", "--data", "nowhere");
        Assert.Equal(ExitCodes.Failed, trained.ExitCode);
        Assert.Contains("data-scripts", trained.Errors);
        Assert.DoesNotContain("   at ", trained.Errors);
        var verified = Processes.Margin(folder.Path, "data", "verify", "hippocampus", "--data", "nowhere");
        Assert.Equal(ExitCodes.Failed, verified.ExitCode);
        Assert.Equal(ExitCodes.Success, Processes.Margin(folder.Path, "data", "list", "--data", "nowhere").ExitCode);
    }
}
