using System.Diagnostics;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>Studies on a cluster.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class StudySlurmTests
{
    [Fact]
    public void Numbers_are_written_as_Slurm_writes_them()
    {
        Assert.Equal("0-3,7,9-10", SlurmScripts.Ranges([0, 1, 2, 3, 7, 9, 10]));
        Assert.Equal("4", SlurmScripts.Ranges([4]));
    }

    [Fact]
    public void Without_submit_the_scripts_are_written_with_the_options_given()
    {
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder);
        var ended = Processes.Margin(folder.Path, "study", "slurm", study, "--store", "a store", "--max-parallel", "3", "--", "--partition=gpu", "--gres=gpu:1");
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Errors);
        var scripts = Directory.GetFiles(folder["a store/_slurm"], "*.sh", SearchOption.AllDirectories).Order().ToArray();
        Assert.Equal(["array.sh", "tables.sh"], scripts.Select(Path.GetFileName));
        var array = File.ReadAllText(scripts[0]);
        Assert.Contains("#SBATCH --array=0-1%3\n", array);
        Assert.Contains("#SBATCH --partition=gpu\n#SBATCH --gres=gpu:1\n", array);
        Assert.Contains($"'{folder["a store"]}'", array);
        foreach (var script in scripts)
            Assert.Equal(0, Processes.Run(new ProcessStartInfo("bash", ["-n", script])).ExitCode);
    }

    /// <summary>A real cluster: one task is requeued while it trains, another is told that its time is up; both go on, and the tables follow.</summary>
    [Fact]
    public async Task A_study_survives_requeued_tasks_on_a_real_cluster()
    {
        using var cluster = SlurmCluster.StartOrSkip();
        using var folder = new TemporaryFolder();
        var study = TinyStudy.Write(folder, epochs: 60, methods: "\"ce\", \"mbls-5\", \"ls-0.1\"", filters: 4);
        var submitted = cluster.Run(Processes.MarginStart(
            folder.Path, "study", "slurm", study, "--store", "store", "--device", "cpu", "--samples", "1", "--checkpoint-seconds", "1", "--submit", "--max-parallel", "2", "--", "--time=30"));
        Assert.True(submitted.ExitCode == ExitCodes.Success, submitted.Errors + submitted.Output);
        var job = submitted.Output.Split('\n').Single(line => line.StartsWith("Submitted job array ", StringComparison.Ordinal)).Split(' ')[^1];

        await TrainsAsync("ce");
        Check(cluster.Run("scontrol", "requeue", $"{job}_0"));
        await TrainsAsync("mbls-5");
        // What Slurm itself does before the time limit.
        Check(cluster.Run("scancel", "--signal=USR1", "--batch", $"{job}_1"));

        for (var clock = Stopwatch.StartNew(); cluster.Run("squeue", "-h", "-a").Output.Length > 0; await Task.Delay(1000, TestContext.Current.CancellationToken))
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(8), $"the jobs did not end: {cluster.Run("squeue", "-a").Output}{Logs()}");
        var records = Directory.GetFiles(folder["store"], "run.json", SearchOption.AllDirectories);
        Assert.True(records.Length == 3, Logs());
        Assert.All(records.Where(path => !path.Contains("ls-0.1")), path => Assert.Contains("\"resumed\": true", File.ReadAllText(path)));
        var table = File.ReadAllText(folder["store/_tables/tiny/tiny-phantom-sound.csv"]);
        Assert.Equal(4, table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var again = cluster.Run(Processes.MarginStart(folder.Path, "study", "slurm", study, "--store", "store"));
        Assert.Contains("0 of 3 runs to do", again.Output);

        async Task TrainsAsync(string method)
        {
            for (var clock = Stopwatch.StartNew(); !Directory.Exists(folder["store/phantom"])
                || !Directory.GetFiles(folder["store/phantom"], "last.ckpt", SearchOption.AllDirectories).Any(path => path.Contains($"/{method}-seed")); await Task.Delay(100))
                Assert.True(clock.Elapsed < TimeSpan.FromMinutes(3), $"'{method}' does not begin: {cluster.Run("squeue", "-a").Output}{Logs()}");
        }

        string Logs() => string.Join('\n', Directory.GetFiles(folder["store"], "*.log", SearchOption.AllDirectories).Select(path => $"== {path}\n{File.ReadAllText(path)}"));

        static void Check(Finished ended) => Assert.True(ended.ExitCode == 0, ended.Errors);
    }
}
