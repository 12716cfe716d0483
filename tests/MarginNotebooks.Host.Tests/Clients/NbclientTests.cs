using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Clients;

/// <summary>The committed notebooks, executed by Jupyter's own client through the installed kernel, at their smallest size.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class NbclientTests
{
    private const string Execute = """
        import sys, nbformat
        from nbclient import NotebookClient
        notebook = nbformat.read(sys.argv[1], as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        client = NotebookClient(notebook, timeout=240, kernel_name=notebook.metadata.kernelspec.name, resources={"metadata": {"path": "."}})
        client.execute()
        nbformat.validate(notebook)
        nbformat.write(notebook, sys.argv[2])
        """;

    [Theory]
    [MemberData(nameof(CommittedNotebooks.Names), MemberType = typeof(CommittedNotebooks))]
    public void Every_committed_notebook_runs_to_its_end_and_shows_what_it_showed(string name)
    {
        using var kernel = InstalledKernel.Create();
        var executed = kernel.Folder["executed.ipynb"];
        var ended = Processes.Run(kernel.Python("nbclient", "python3-nbclient", "-c", Execute, Path.Combine(CommittedNotebooks.Folder, name), executed));
        Assert.True(ended.ExitCode == 0, ended.Errors);

        var (before, after) = (CodeCells(Path.Combine(CommittedNotebooks.Folder, name)), CodeCells(executed));
        Assert.Equal(before.Count, after.Count);
        for (var i = 0; i < before.Count; i++)
        {
            Assert.Equal(i + 1, after[i].ExecutionCount);
            Assert.DoesNotContain(after[i].Outputs, output => (string?)output!["output_type"] == "error");
            // What a cell shows last (a chart, a table) it shows here too, in the form that its reader prefers.
            Assert.Equal(Richest(before[i]), Richest(after[i]));
        }
        kernel.AssertNoneRuns();
    }

    private static List<NotebookCell> CodeCells(string path) =>
        [.. NotebookDocument.Load(path).Cells.Where(cell => cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(cell.Source))];

    private static string? Richest(NotebookCell cell) => cell.Outputs
        .LastOrDefault(output => (string?)output!["output_type"] == "execute_result")?["data"]?.AsObject()
        .Select(part => part.Key).FirstOrDefault(key => key != "text/plain");
}
