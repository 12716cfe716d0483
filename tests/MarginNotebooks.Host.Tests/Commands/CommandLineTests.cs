using System.Diagnostics;
using System.Text;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>The built program as users start it.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help", "notebook")]
    [InlineData("notebook --help", "run")]
    [InlineData("notebook run --help", "--parameter")]
    [InlineData("notebook html --help", "PAGE")]
    [InlineData("--version", "0.1.0")]
    public void Help_and_version_end_with_0(string arguments, string expected)
    {
        var ended = Processes.Margin("/", arguments.Split(' '));
        Assert.Equal(ExitCodes.Success, ended.ExitCode);
        Assert.Contains(expected, ended.Output);
    }

    [Theory]
    [InlineData("", "margin --help")]
    [InlineData("nonsense", "margin --help")]
    [InlineData("notebook run", "margin notebook run --help")]
    [InlineData("notebook run /does/not/exist.ipynb", "/does/not/exist.ipynb")]
    [InlineData("notebook run NB -p 5=x", "'5=x'")]
    [InlineData("notebook run NB --in-place --output o.ipynb", "exclude each other")]
    [InlineData("notebook run NB --outptu o.ipynb", "--outptu")]
    public void Wrong_usage_ends_with_2_and_says_what_was_wrong(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Code("1"));
        var ended = Processes.Margin(folder.Path, [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "NB" ? notebook : word)]);
        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains(expected, ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
    }

    [Fact]
    public void A_run_writes_notebook_and_page_where_the_caller_stands_and_streams_to_the_terminal()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["books"]);
        var text = TestNotebook.Text(
            TestNotebook.Code("var n = 1;", "parameters"),
            TestNotebook.Code("Console.WriteLine($\"n is {n}, quick is {Environment.GetEnvironmentVariable(\"MARGIN_QUICK\")}\");"));
        File.WriteAllText(folder["books/nb.ipynb"], text);
        var ended = Processes.Margin(folder.Path, "notebook", "run", "books/nb.ipynb", "-p", "n=3", "--quick", "--output", "out/done.ipynb", "--html", "out/done.html");
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Errors);
        Assert.Equal("n is 3, quick is 1\n", ended.Output);
        Assert.Contains("[3/3]", ended.Errors);
        Assert.Equal("n is 3, quick is 1\n", MultilineText.Read(NotebookDocument.Load(folder["out/done.ipynb"]).Cells[2].Outputs[0]!["text"]));
        Assert.Contains("n is 3, quick is 1", File.ReadAllText(folder["out/done.html"]));
        Assert.Equal(text, File.ReadAllText(folder["books/nb.ipynb"]));
        Assert.Equal(["done.html", "done.ipynb"], Directory.GetFileSystemEntries(folder["out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_failing_cell_ends_with_1_and_shows_cell_and_line()
    {
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Code("var a = 1;"), TestNotebook.Code("a++;\nthrow new InvalidOperationException(\"broken\");"));
        var ended = Processes.Margin(folder.Path, "notebook", "run", notebook, "--in-place");
        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
        Assert.Contains("Cell [2], line 2: System.InvalidOperationException: broken", ended.Errors);
        Assert.Contains(">   2 | throw", ended.Errors);
        Assert.Equal("InvalidOperationException", (string?)NotebookDocument.Load(notebook).Cells[1].Outputs[0]!["ename"]);
    }

    [Fact]
    public void An_unknown_parameter_and_an_unreadable_file_end_with_1_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Code("var a = 1;", "parameters"));
        File.WriteAllText(folder["bad.ipynb"], "not json");
        var unknown = Processes.Margin(folder.Path, "notebook", "run", notebook, "-p", "b=1");
        var unreadable = Processes.Margin(folder.Path, "notebook", "run", folder["bad.ipynb"]);
        Assert.Equal((ExitCodes.Failed, ExitCodes.Failed), (unknown.ExitCode, unreadable.ExitCode));
        Assert.Equal("margin: the notebook has no parameter 'b'; its cell tagged 'parameters' declares a\n", unknown.Errors);
        Assert.StartsWith($"margin: '{folder["bad.ipynb"]}' is not a notebook", unreadable.Errors);
        Assert.Single(unreadable.Errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Without_libtorch_one_sentence_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Code("var n = 1;\nTorchSharp.torch.zeros(n)"));
        var start = Processes.MarginStart(folder.Path, "notebook", "run", notebook);
        start.Environment["LIBTORCH"] = folder.Path;
        var ended = Processes.Run(start);
        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
        Assert.Contains($"Cell [1]: LIBTORCH names '{folder.Path}'", ended.Errors);
        Assert.Empty(ended.Output);
        Assert.DoesNotContain("   at ", ended.Errors);
    }

    [Fact]
    public async Task Interrupting_saves_what_there_is_and_ends_with_130()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Signals are sent with kill.");
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(
            folder,
            "nb.ipynb",
            TestNotebook.Code("var done = \"kept\";\ndone"),
            TestNotebook.Code("File.WriteAllText(\"started\", \"\");\nMarginNotebooks.Runtime.RunCancellation.Token.WaitHandle.WaitOne();\nConsole.WriteLine(\"saved\");"),
            TestNotebook.Code("1"));
        var start = Processes.MarginStart(folder.Path, "notebook", "run", notebook, "--output", "out.ipynb");
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var margin = Process.Start(start)!;
        while (!File.Exists(folder["started"]) && !margin.HasExited)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Process.Start("kill", ["-INT", $"{margin.Id}"]).WaitForExit();
        var ended = Processes.Finish(margin);
        Assert.Equal(ExitCodes.Interrupted, ended.ExitCode);
        Assert.Contains("was stopped", ended.Errors);
        var cells = NotebookDocument.Load(folder["out.ipynb"]).Cells;
        Assert.Equal("kept", MultilineText.Read(cells[0].Outputs[0]!["data"]!["text/plain"]));
        Assert.Equal("saved\n", MultilineText.Read(cells[1].Outputs[0]!["text"]));
        Assert.Null(cells[2].ExecutionCount);
    }

    [Fact]
    public void Start_loads_neither_the_compiler_nor_libtorch()
    {
        using var folder = new TemporaryFolder();
        var start = Processes.MarginStart(folder.Path, "notebook", "run", "--help");
        // The runtime's own record of the assemblies it loads.
        start.Environment["DOTNET_EnableEventPipe"] = "1";
        start.Environment["DOTNET_EventPipeConfig"] = "Microsoft-Windows-DotNETRuntime:0x8:4";
        start.Environment["DOTNET_EventPipeOutputPath"] = folder["trace.nettrace"];
        Assert.Equal(ExitCodes.Success, Processes.Run(start).ExitCode);
        var trace = File.ReadAllBytes(folder["trace.nettrace"]);
        var loaded = Encoding.Unicode.GetString(trace) + Encoding.Unicode.GetString(trace.AsSpan(1));
        Assert.Contains("System.CommandLine.dll", loaded);
        foreach (var late in new[] { "Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll", "TorchSharp.dll", "Markdig.dll", "Plotly.NET.dll", "Deedle.dll" })
            Assert.DoesNotContain(late, loaded);
    }
}
