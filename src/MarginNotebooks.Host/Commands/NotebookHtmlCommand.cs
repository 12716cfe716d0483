using System.CommandLine;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Html;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin notebook html</c>: turns a notebook with its stored outputs into a page.</summary>
public static class NotebookHtmlCommand
{
    /// <summary>Describes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var notebook = new Argument<FileInfo>("NOTEBOOK") { Description = "The .ipynb file, with outputs; it is not executed." }.AcceptExistingOnly();
        var page = new Argument<FileInfo>("PAGE") { Description = "The .html file to write: one file that needs no network." };
        var command = new Command("html", "Turn a notebook and its stored outputs into one HTML file, without executing it.") { notebook, page };
        command.SetAction(parsed => Write(parsed.GetRequiredValue(notebook), parsed.GetRequiredValue(page)));
        return command;
    }

    private static int Write(FileInfo notebook, FileInfo page)
    {
        NotebookPage.Save(
            NotebookDocument.Load(notebook.FullName),
            page.FullName,
            notebook.DirectoryName!,
            Path.GetFileNameWithoutExtension(notebook.Name));
        Console.Error.WriteLine($"wrote {page.FullName}");
        return ExitCodes.Success;
    }
}
