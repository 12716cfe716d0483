using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Rows;
using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>One start of the program: which rows, where to, and the table at the end.</summary>
internal sealed class Session(string? only, bool quick, int threads, bool readme, bool noRun, string? output)
{
    private readonly Workspace workspace = Workspace.Find();

    private string Folder => output ?? Path.Combine(
        workspace.Root, quick ? Path.Combine("out", "benchmarks-quick") : Path.Combine("notebooks", "results", "benchmarks"));

    public int Run(bool list)
    {
        if (Refusal() is { } refusal)
        {
            Console.Error.WriteLine($"bench: {refusal}");
            return 2;
        }
        if (list)
        {
            foreach (var row in RowCatalog.All)
                Console.WriteLine($"{row.Id,-24} {row.Required?.Text(row.FigureUnit) ?? "shown",-10} {row.Title}");
            return 0;
        }
        var failed = noRun ? 0 : Measure();
        if (readme)
        {
            var path = Path.Combine(workspace.Root, "README.md");
            WholeFile.WriteText(path, ReadmeTable.Replace(File.ReadAllText(path), ResultFolder.ReadAll(Folder)));
            Console.Error.WriteLine($"Wrote the table of {path}");
        }
        return failed == 0 ? 0 : 1;
    }

    private string? Refusal()
    {
        var unknown = Chosen().Where(id => !RowCatalog.Ids.Contains(id)).ToList();
        return unknown.Count > 0 ? $"there is no row '{string.Join("', '", unknown)}'; --list names them."
            : threads < 1 ? $"--threads is {threads}; it must be at least 1."
            : quick && readme ? "--quick measures nothing that belongs into the README; leave out one of --quick and --readme."
            : null;
    }

    private IReadOnlyList<string> Chosen() => only?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private int Measure()
    {
        var chosen = Chosen();
        var rows = RowCatalog.All.Where(row => chosen.Count == 0 || chosen.Contains(row.Id)).ToList();
        var failed = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            Console.Error.WriteLine($"[{i + 1}/{rows.Count}] {rows[i].Id}: {rows[i].Title}");
            var result = RowProcess.Run(rows[i], new RowContext(quick, threads));
            if (result is null)
            {
                Console.Error.WriteLine("    FAILED; nothing is stored.");
                failed++;
                continue;
            }
            Console.WriteLine(Line(result));
            Store(result);
            failed += result.Fault is null ? 0 : 1;
        }
        return failed;
    }

    // What this machine cannot measure may have been measured on another: that result stays.
    private void Store(RowResult result)
    {
        var path = Path.Combine(Folder, $"{result.Id}.json");
        if (result.Figure is null && File.Exists(path) && ResultFolder.Read(path).Figure is not null)
            Console.Error.WriteLine("    kept the stored result of another run");
        else
            WholeFile.WriteText(path, ResultFolder.Write(result));
    }

    private static string Line(RowResult row)
    {
        static string Text(Sample sample) =>
            $"{ReadmeTable.Number(sample.Median)} {sample.Unit} [{ReadmeTable.Number(sample.Min)} … {ReadmeTable.Number(sample.Max)}] "
            + $"{sample.Name}";
        if (row.Figure is not { } figure)
            return $"    {row.Id}: not measured: {row.Note}";
        if (row.Quick)
            return $"    {row.Id}: ran in {row.Seconds:F1} s" + (row.Fault is { } wrong ? $"\n    FAULT: {wrong}" : "");
        var verdict = row.Reached switch { true => "reached", false => "NOT REACHED", _ => "shown" };
        return $"    {row.Id}: {ReadmeTable.Number(figure)} {row.FigureUnit} ({row.Required?.Text(row.FigureUnit) ?? "nothing required"}): {verdict}; "
            + $"{Text(row.Ours!)}{(row.Competitor is { } other ? $"; against {Text(other)}" : "")}; {row.Seconds:F1} s"
            + (row.Fault is { } fault ? $"\n    FAULT: {fault}" : "");
    }
}
