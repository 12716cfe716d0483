using System.CommandLine;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks;

/// <summary>The program's command line.</summary>
internal static class BenchmarkProgram
{
    public static RootCommand Command()
    {
        var list = new Option<bool>("--list") { Description = "Name the rows and what each must reach; measure nothing." };
        var only = new Option<string?>("--only") { Description = "Measure these rows only: identifiers with commas between." };
        var quick = new Option<bool>("--quick") { Description = "Smoke test: every row at its smallest size. Results go to out/benchmarks-quick." };
        var threads = new Option<int>("--threads") { Description = "Threads for the kit and for every program beside it; all cores by default.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var readme = new Option<bool>("--readme") { Description = "Then write the table of the README from the stored results." };
        var noRun = new Option<bool>("--no-run") { Description = "Measure nothing; with --readme, write the table from what is stored." };
        var output = new Option<string?>("--output") { Description = "Folder of the results; notebooks/results/benchmarks by default." };
        var row = new Option<string?>("--in-this-process") { Description = "One row, here and now.", Hidden = true };
        var part = new Option<string?>("--part") { Description = "One part of that row.", Hidden = true };
        var root = new RootCommand("Measures every row of the benchmark table, each in a process of its own.")
        {
            list, only, quick, threads, readme, noRun, output, row, part,
        };
        root.SetAction(parsed => parsed.GetValue(row) is { } id
            ? RowProcess.Here(id, parsed.GetValue(part), new RowContext(parsed.GetValue(quick), parsed.GetValue(threads)), parsed.GetValue(output)!)
            : new Session(
                parsed.GetValue(only), parsed.GetValue(quick), parsed.GetValue(threads), parsed.GetValue(readme), parsed.GetValue(noRun), parsed.GetValue(output))
                .Run(parsed.GetValue(list)));
        return root;
    }
}
