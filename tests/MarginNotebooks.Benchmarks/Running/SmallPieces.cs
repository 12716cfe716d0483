using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MarginNotebooks.Benchmarks.Report;
using Perfolizer.Horology;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>A piece of work of micro- or milliseconds.</summary>
/// <param name="Name">Name of its sample.</param>
/// <param name="Work">Does it once; leaves no tensor behind.</param>
public sealed record SmallPiece(string Name, Action Work)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Times small pieces with BenchmarkDotNet, which chooses how often to run each so that the clock's resolution does not matter.</summary>
/// <remarks>
/// In this process: the row already has one of its own, and BenchmarkDotNet's generated projects would not find the libtorch that the kit loads.
/// </remarks>
public static class SmallPieces
{
    private static IReadOnlyList<SmallPiece> current = [];

    /// <summary>Times pieces, one after another in their order: put those to be compared side by side.</summary>
    /// <param name="context">Whether it is a smoke test.</param>
    /// <param name="pieces">The pieces; their names differ.</param>
    /// <returns>A sample each, in microseconds, in their order.</returns>
    public static Sample[] Time(RowContext context, IReadOnlyList<SmallPiece> pieces)
    {
        current = pieces;
        if (!context.Quick)
            Settle(pieces);
        var job = context.Quick
            ? Job.Dry
            : Job.Default.WithWarmupCount(2).WithIterationCount(11).WithIterationTime(TimeInterval.FromMilliseconds(40)).WithUnrollFactor(1)
                .WithStrategy(RunStrategy.Throughput);
        using var folder = new TemporaryFolder();
        var log = new AccumulationLogger();
        var config = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddLogger(log)
            .WithArtifactsPath(folder.Path)
            .WithOptions(ConfigOptions.DisableOptimizationsValidator | ConfigOptions.DisableLogFile);
        var summary = BenchmarkRunner.Run<Bench>(config);
        var reports = summary.Reports.ToDictionary(report => ((SmallPiece)report.BenchmarkCase.Parameters["Piece"]).Name);
        return [.. pieces.Select(piece => reports.TryGetValue(piece.Name, out var report) && Values(report) is { Count: > 0 } values
            ? new Sample(piece.Name, "µs", values)
            : throw new InvalidOperationException($"BenchmarkDotNet measured nothing for '{piece.Name}':\n{log.GetLog()}"))];
    }

    // The runtime compiles a method anew, and better, after it has been called some times and a moment has passed: pieces share
    // methods, and the first to be measured must not be the only one that is measured before.
    private static void Settle(IReadOnlyList<SmallPiece> pieces)
    {
        for (var round = 0; round < 2; round++)
            foreach (var piece in pieces)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                for (var calls = 0; calls < 40 || clock.ElapsedMilliseconds < 300; calls++)
                    piece.Work();
            }
    }

    private static List<double> Values(BenchmarkReport report) =>
        [.. report.AllMeasurements
            .Where(measurement => measurement.IterationMode == IterationMode.Workload && measurement.IterationStage == IterationStage.Actual)
            .Select(measurement => measurement.Nanoseconds / measurement.Operations / 1000)];

    /// <summary>The class that BenchmarkDotNet derives from.</summary>
    public class Bench
    {
        /// <summary>The piece to run.</summary>
        [ParamsSource(nameof(Pieces))]
        public SmallPiece Piece { get; set; } = null!;

        /// <summary>The pieces.</summary>
        public static IEnumerable<SmallPiece> Pieces => current;

        /// <summary>Runs it once.</summary>
        [Benchmark]
        public void Run() => Piece.Work();
    }
}
