using System.Diagnostics;
using System.Globalization;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>Studies from the command line, at toy size, through the built program.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class StudyCommandTests
{
    private static readonly string[] Fast = ["--store", "store", "--device", "cpu", "--threads", "1", "--checkpoint-seconds", "0", "--samples", "1"];

    [Theory]
    [InlineData("study run mian", "Known: main, margin")]
    [InlineData("study run main --quick --scale full", "exclude each other")]
    [InlineData("study run main --set epochs", "'epochs' is not PROPERTY=VALUE")]
    [InlineData("study run main --set epoch=3", "A run has no property 'epoch'")]
    [InlineData("study run main --set epochs=0", "Epochs")]
    [InlineData("study run main --jobs 0", "--jobs is 0")]
    [InlineData("study run nothing.json", "There is no study file 'nothing.json'")]
    [InlineData("study run tiny.json --quick", "says its own scale")]
    [InlineData("study run wrong.json", "line 1: a study has no property 'nmae'")]
    [InlineData("study status main --seeds one", "'one' is no seed")]
    [InlineData("study slurm main --max-parallel 0", "--max-parallel is 0")]
    public void Wrong_usage_ends_with_2_and_says_what_was_wrong(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        TinyStudy.Write(folder);
        File.WriteAllText(folder["wrong.json"], "{ \"nmae\": \"x\" }");
        var ended = Processes.Margin(folder.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains(expected, ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
    }

    [Fact]
    public void A_study_is_run_listed_exported_and_cleaned()
    {
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder);
        Assert.Contains("baselines", Processes.Margin(folder.Path, "study", "list").Output);
        Assert.Contains("--method mbls-5", Processes.Margin(folder.Path, "study", "show", study).Output);
        var before = Processes.Margin(folder.Path, "study", "status", study, "--store", "store");
        Assert.Equal(ExitCodes.Failed, before.ExitCode);
        Assert.Contains("2 missing", before.Output);

        var run = Processes.Margin(folder.Path, ["study", "run", study, "--jobs", "2", .. Fast]);
        Assert.True(run.ExitCode == ExitCodes.Success, run.Errors + run.Output);
        Assert.Contains("[2/2]", run.Output);
        Assert.Contains("MbLS (m=5)", run.Output);
        var table = File.ReadAllText(folder["store/_tables/tiny/tiny-phantom-sound.md"]);
        Assert.Contains("Study 'tiny'; 2 runs.", table);

        var again = Processes.Margin(folder.Path, ["study", "run", study, .. Fast]);
        Assert.Equal(ExitCodes.Success, again.ExitCode);
        Assert.Contains("2 finished before", again.Output);
        Assert.DoesNotContain("finished in", again.Output);
        Assert.Equal(ExitCodes.Success, Processes.Margin(folder.Path, "study", "status", study, "--store", "store").ExitCode);

        Assert.Equal(ExitCodes.Success, Processes.Margin(folder.Path, "study", "export", study, "small", "--store", "store").ExitCode);
        Assert.All(Directory.GetDirectories(folder["small/phantom"]), run => Assert.Equal(
            ["cases.csv", "epochs.csv", "reliability.csv", "run.json"], Directory.GetFiles(run).Select(Path.GetFileName).Order()));
        var adopted = Processes.Margin(folder.Path, "study", "run", study, "--store", "second", "--adopt", "small");
        Assert.Equal(ExitCodes.Success, adopted.ExitCode);
        Assert.Contains("2 finished runs taken", adopted.Output);

        var dry = Processes.Margin(folder.Path, "study", "clean", study, "--store", "store", "--dry-run");
        Assert.Contains("would go", dry.Output);
        Assert.NotEmpty(Directory.GetFiles(folder["store"], "last.ckpt", SearchOption.AllDirectories));
        Assert.Contains("taken away", Processes.Margin(folder.Path, "study", "clean", study, "--store", "store").Output);
        Assert.Empty(Directory.GetFiles(folder["store"], "*.ckpt", SearchOption.AllDirectories));
        Assert.Equal(2, Directory.GetFiles(folder["store"], "run.json", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_failed_run_ends_with_1_and_the_rest_is_done()
    {
        using var folder = new TemporaryFolder();
        // A learning rate that no weight survives.
        File.WriteAllText(folder["bad.json"], """
            { "name": "bad", "base": { "dataset": "phantom", "phantomPatients": 10, "filters": 2, "epochs": 1, "batchSize": 8, "method": "ce" },
              "axes": { "learningRate": [1e30, 0.001] } }
            """);
        var run = Processes.Margin(folder.Path, ["study", "run", "bad.json", .. Fast]);
        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("finite", run.Errors);
        Assert.Contains("1 of 2 runs are not in these tables", run.Errors);
        Assert.Contains("no longer finite", File.ReadAllText(Assert.Single(Directory.GetFiles(folder["store"], "failure.json", SearchOption.AllDirectories))));
        Assert.Contains("1 finished, 1 failed", Processes.Margin(folder.Path, "study", "status", "bad.json", "--store", "store").Output);
        Assert.Contains("1 failed runs are tried again", Processes.Margin(folder.Path, ["study", "run", "bad.json", "--retry-failed", .. Fast]).Output);
    }

    [Fact]
    public void A_full_disk_is_named_and_the_study_goes_on_once_there_is_room()
    {
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder, epochs: 1, methods: "\"ce\"", filters: 8);
        Directory.CreateDirectory(folder["store"]);
        // Too small for one checkpoint.
        if (!OperatingSystem.IsLinux() || Processes.Run(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=3m", "margin-test", folder["store"]])).ExitCode != 0)
            Assert.Skip("A small file system can only be mounted by root, on Linux.");
        try
        {
            var full = Processes.Margin(folder.Path, ["study", "run", study, .. Fast]);
            Assert.Equal(ExitCodes.Failed, full.ExitCode);
            Assert.Contains($"There is no space left: No space left on device : '{folder["store"]}", full.Output);
            Assert.Empty(Directory.GetFiles(folder["store"], "failure.json", SearchOption.AllDirectories));
            Assert.Equal(0, Processes.Run(new ProcessStartInfo("mount", ["-o", "remount,size=64m", folder["store"]])).ExitCode);
            var again = Processes.Margin(folder.Path, ["study", "run", study, .. Fast]);
            Assert.True(again.ExitCode == ExitCodes.Success, again.Errors + again.Output);
        }
        finally
        {
            Processes.Run(new ProcessStartInfo("umount", [folder["store"]]));
        }
    }

    /// <summary>Six kills, or as many as MARGIN_KILLS says.</summary>
    [Fact]
    public async Task A_study_killed_at_random_moments_ends_with_the_files_of_an_undisturbed_one()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Process groups are started with setsid and killed with kill.");
        var kills = int.Parse(Environment.GetEnvironmentVariable("MARGIN_KILLS") ?? "6", CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder);
        string[] Run(string store) => ["study", "run", study, "--jobs", "2", "--store", store, .. Fast[2..]];
        var clock = Stopwatch.StartNew();
        var undisturbed = Processes.Margin(folder.Path, Run("whole"));
        Assert.True(undisturbed.ExitCode == ExitCodes.Success, undisturbed.Errors);
        var length = clock.Elapsed;
        var expected = TinyStudy.Results(folder["whole"]);
        Assert.Equal(2 * 6 + 9, expected.Count);

        var random = new Random(1);
        var (done, resumed, wanted) = (0, 0, kills);
        for (var store = 0; done < wanted; store++)
        {
            while (true)
            {
                var start = Processes.MarginStart(folder.Path, Run($"store{store}"));
                // A group of its own, so that the study's processes go with it.
                start = new ProcessStartInfo("setsid", [start.FileName, .. start.ArgumentList]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
                using var process = Process.Start(start)!;
                var finished = Processes.FinishAsync(process);
                var ended = done < wanted
                    && await Task.WhenAny(finished, Task.Delay(length * random.NextDouble(), TestContext.Current.CancellationToken)) != finished;
                if (ended)
                {
                    Processes.Run(new ProcessStartInfo("kill", ["-KILL", "--", $"-{process.Id}"]));
                    await finished;
                    done++;
                    continue;
                }
                var last = await finished;
                Assert.True(last.ExitCode == ExitCodes.Success, last.Errors + last.Output);
                break;
            }
            var actual = TinyStudy.Results(folder[$"store{store}"]);
            Assert.Equal(expected.Keys, actual.Keys);
            foreach (var (file, content) in expected)
                Assert.True(content == actual[file], $"{file} differs after {done} kills");
            // Trainings are short here: where no kill met one, a few more are tried.
            resumed += Directory.GetFiles(folder[$"store{store}"], "run.json", SearchOption.AllDirectories).Count(file => File.ReadAllText(file).Contains("\"resumed\": true"));
            if (done == wanted && resumed == 0 && wanted < 5 * kills)
                wanted += 3;
        }
        Assert.True(resumed > 0 || kills == 0, "no kill met a training: the moments were badly chosen");
    }

    [Fact]
    public void Two_processes_on_one_store_do_each_run_once()
    {
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder);
        var both = Enumerable.Range(0, 2).Select(_ =>
        {
            var start = Processes.MarginStart(folder.Path, ["study", "run", study, .. Fast]);
            (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
            return Processes.FinishAsync(Process.Start(start)!);
        }).ToArray();
        var ended = both.Select(task => task.GetAwaiter().GetResult()).ToList();
        Assert.All(ended, end => Assert.True(end.ExitCode == ExitCodes.Success, end.Errors + end.Output));
        Assert.Equal(2, ended.Sum(end => end.Output.Split('\n').Count(line => line.Contains("finished in"))));
    }

    [Fact]
    public async Task A_process_that_crashes_is_started_again()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Processes are found in /proc and killed with kill.");
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder, epochs: 20, methods: "\"ce\"");
        var start = Processes.MarginStart(folder.Path, ["study", "run", study, "--store", "store", "--device", "cpu", "--threads", "1", "--checkpoint-seconds", "5"]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var finished = Processes.FinishAsync(process);
        string? checkpoint = null;
        while (checkpoint is null && !finished.IsCompleted)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            checkpoint = Directory.Exists(folder["store"]) ? Directory.GetFiles(folder["store"], "last.ckpt", SearchOption.AllDirectories).FirstOrDefault() : null;
        }
        var children = File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Concat(Directory.GetDirectories($"/proc/{process.Id}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Distinct().ToList();
        Processes.Run(new ProcessStartInfo("kill", ["-KILL", Assert.Single(children)]));
        var ended = await finished;
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Errors + ended.Output);
        Assert.Contains("signal 9", ended.Output);
        Assert.Contains("\"resumed\": true", File.ReadAllText(Assert.Single(Directory.GetFiles(folder["store"], "run.json", SearchOption.AllDirectories))));
    }
}
