using System.Diagnostics;
using System.Runtime.InteropServices;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

/// <summary>
/// A run in a process of its own, killed without warning (SIGKILL) at random moments and started again until it is through.
/// </summary>
public sealed class KilledRunTests
{
    private const string FolderVariable = "MARGIN_TEST_CHILD_FOLDER";
    private const int Kills = 4;

    private const string PrecisionVariable = "MARGIN_TEST_CHILD_PRECISION";
    private const string MethodVariable = "MARGIN_TEST_CHILD_METHOD";

    [Theory]
    [InlineData(Precision.Float32, "")]
    [InlineData(Precision.BFloat16, "")]
    [InlineData(Precision.Float32, "crac")]
    [InlineData(Precision.Float32, "adafocal")]
    public async Task KilledAtRandomMomentsAndResumedGivesTheSameBits(Precision precision, string method)
    {
        using var undisturbed = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        await Finish(undisturbed.Path, precision, method);

        var seed = System.Random.Shared.Next();
        var random = new System.Random(seed);
        var steps = killed["steps"];
        var killedAlive = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            File.WriteAllText(steps, "");
            using var child = StartChild(killed.Path, precision, method);
            var wanted = random.Next(1, 6);
            while (!child.HasExited && new FileInfo(steps).Length < wanted) await Task.Delay(2, TestContext.Current.CancellationToken);
            // Steps take some 30 ms: the blow falls into computing, writing or renaming.
            await Task.Delay(random.Next(0, 40), TestContext.Current.CancellationToken);
            if (!child.HasExited) killedAlive++;
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await Finish(killed.Path, precision, method);
        Assert.True(killedAlive >= 2, $"seed {seed}: only {killedAlive} of {Kills} children were still at work when they were killed");
        var expected = TrainingRun.Fingerprint(undisturbed.Path);
        Assert.True(expected == TrainingRun.Fingerprint(killed.Path), $"seed {seed}: the resumed run differs from the undisturbed one");
        Assert.Equal(TrainingRun.Epochs, File.ReadAllLines(killed["epochs.jsonl"]).Length);
    }

    private static async Task Finish(string folder, Precision precision, string method)
    {
        using var child = StartChild(folder, precision, method);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 0, $"the child failed\n{output}");
    }

    /// <summary>Not a test: what the child process does. It runs only when asked for by name.</summary>
    [Fact(Explicit = true)]
    public void Child()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable)
            ?? throw new InvalidOperationException($"{FolderVariable} is not set.");
        // Two threads, unlike the tests: equal bits must not depend on having one.
        set_num_threads(2);
        TrainingRun.Run(folder, _ =>
        {
            Thread.Sleep(20);
            File.AppendAllText(Path.Combine(folder, "steps"), ".");
        }, options: TrainingRun.Options with
        {
            CheckpointEverySteps = 2,
            Precision = Enum.Parse<Precision>(Environment.GetEnvironmentVariable(PrecisionVariable)!),
        }, method: Environment.GetEnvironmentVariable(MethodVariable) is { Length: > 0 } method ? method : null);
    }

    private static Process StartChild(string folder, Precision precision, string method)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var test = $"{typeof(KilledRunTests).FullName}.{nameof(Child)}";
        var start = new ProcessStartInfo(dotnet, [typeof(KilledRunTests).Assembly.Location, "-method", test, "-explicit", "only"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = folder;
        start.Environment[PrecisionVariable] = precision.ToString();
        start.Environment[MethodVariable] = method;
        return Process.Start(start)!;
    }
}
