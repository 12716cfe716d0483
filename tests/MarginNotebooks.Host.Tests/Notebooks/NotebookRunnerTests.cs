using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks;

[Collection(OneRunAtATime.Name)]
public sealed class NotebookRunnerTests
{
    [Fact]
    public async Task Cells_share_variables_functions_records_and_usings()
    {
        var run = await TestRun.OfAsync(
            "using System.Text;\nrecord Point(int X, int Y);\nint Twice(int n) => 2 * n;\nvar p = new Point(1, 2);",
            "await Task.Delay(1);\np = p with { Y = Twice(p.Y) };",
            "new StringBuilder().Append(p.X + p.Y).ToString()");
        Assert.Equal(RunEnd.Completed, run.End);
        Assert.Equal("5", run.Text(3));
        Assert.Equal("execute_result", (string?)run.Outputs(3)[0]["output_type"]);
        Assert.Equal(["1/3", "2/3", "3/3"], run.Heard.Started);
    }

    [Fact]
    public async Task A_cell_that_fails_stops_the_run_and_the_notebook_up_to_there_is_saved()
    {
        var run = await TestRun.OfAsync("var a = 1;\nConsole.WriteLine(\"before\");", "var b = 0;\n\nConsole.Write(a);\nvar c = a / b;", "a");
        Assert.Equal(RunEnd.Failed, run.End);
        Assert.Equal("before\n", run.Text(1));
        var outputs = run.Outputs(2);
        Assert.Equal(["stream", "error"], outputs.Select(output => (string?)output["output_type"]));
        Assert.Equal("DivideByZeroException", (string?)outputs[1]["ename"]);
        var trace = outputs[1]["traceback"]!.AsArray().Select(line => (string)line!).ToList();
        Assert.StartsWith("Cell [2], line 4: System.DivideByZeroException", trace[0]);
        Assert.Contains(">   4 | var c = a / b;", trace);
        Assert.Null(run.Notebook.Cells[2].ExecutionCount);
        Assert.Empty(run.Notebook.Cells[2].Outputs);
    }

    [Fact]
    public async Task An_error_in_a_function_of_an_earlier_cell_names_both_places()
    {
        var run = await TestRun.OfAsync("\nvoid Check(int n)\n{\n    if (n > 1)\n        throw new ArgumentException($\"{n} is too much\");\n}", "Check(1);\nCheck(2);");
        var error = run.Outputs(2)[^1];
        Assert.Equal("2 is too much", (string?)error["evalue"]);
        var trace = string.Join('\n', error["traceback"]!.AsArray().Select(line => (string?)line));
        Assert.StartsWith("Cell [2], line 2:", trace);
        Assert.Contains("at Check, Cell [1], line 5", trace);
        Assert.DoesNotContain("Microsoft.CodeAnalysis", trace);
    }

    [Fact]
    public async Task A_cell_that_does_not_compile_names_line_and_column()
    {
        var run = await TestRun.OfAsync("var a = 1;\n  var b = missing;");
        Assert.Equal(RunEnd.Failed, run.End);
        var error = Assert.Single(run.Outputs(1));
        Assert.Equal("CompilationError", (string?)error["ename"]);
        Assert.StartsWith("CS0103", (string?)error["evalue"]);
        Assert.StartsWith("Cell [1], line 2, column 11: CS0103", (string?)error["traceback"]![0]);
    }

    [Fact]
    public async Task A_cell_tagged_raises_exception_may_fail_and_what_it_did_before_remains()
    {
        var run = await TestRun.OfAsync([], [TestNotebook.Code("var x = 41; x++; throw new Exception(\"no\");", "raises-exception"), TestNotebook.Code("x")]);
        Assert.Equal(RunEnd.Completed, run.End);
        Assert.Equal("error", (string?)run.Outputs(1)[0]["output_type"]);
        Assert.Equal("42", run.Text(2));
    }

    [Fact]
    public async Task Streams_are_joined_in_their_order_and_carriage_returns_settle()
    {
        var run = await TestRun.OfAsync(
            "Console.Write(\"a\"); Console.WriteLine(\"b\"); Console.Error.Write(\"c\"); Console.Write(\"10 %\\r20 %\\n\"); Console.Write('d');");
        Assert.Equal([("stdout", "ab\n"), ("stderr", "c"), ("stdout", "20 %\nd")], run.Outputs(1).Select(o => ((string)o["name"]!, MultilineText.Read(o["text"]))));
        Assert.Contains("10 %\r20 %", run.Heard.Written);
    }

    [Fact]
    public async Task A_shown_value_is_replaced_in_place_also_from_a_later_cell()
    {
        var run = await TestRun.OfAsync("var bar = display(\"0 %\");\n\"x\".Display();\nbar.Update(\"50 %\");", "bar.Update(\"100 %\");");
        Assert.Equal(["100 %", "x"], run.Outputs(1).Select(o => MultilineText.Read(o["data"]!["text/plain"])));
        Assert.All(run.Outputs(1), output => Assert.Equal("display_data", (string?)output["output_type"]));
        Assert.Empty(run.Outputs(2));
        Assert.Equal(["50 %", "100 %"], run.Heard.Updates);
    }

    [Fact]
    public async Task A_null_that_is_the_cells_value_is_shown_and_no_value_is_not()
    {
        var run = await TestRun.OfAsync(
            "string? nothing = null;\nnothing", "nothing = null;", "Console.Write(\"x\")", "await Task.CompletedTask", "display(null);", "int? Find() => null;\nFind()");
        Assert.Equal("null", run.Text(1));
        Assert.Empty(run.Outputs(2));
        Assert.Equal("x", run.Text(3));
        Assert.Empty(run.Outputs(4));
        Assert.Equal("null", run.Text(5));
        Assert.Equal("null", run.Text(6));
    }

    [Fact]
    public async Task A_shown_value_can_become_one_of_another_kind_and_markup_is_markup()
    {
        var run = await TestRun.OfAsync("var d = display(1);\nd.Update(new[] { (1, 2) });", "HTML(\"<b>bold</b>\")");
        Assert.Contains("<th scope=\"col\" style=\"text-align:right\">Item1</th>", MultilineText.Read(run.Outputs(1)[0]["data"]!["text/html"]));
        Assert.Equal("<b>bold</b>", MultilineText.Read(Assert.Single(run.Outputs(2))["data"]!["text/html"]));
        Assert.Equal("bold", run.Text(2));
    }

    [Fact]
    public async Task A_progress_bar_is_one_output_that_ends_on_its_last_state()
    {
        var run = await TestRun.OfAsync(
            "using MarginNotebooks.Display;\nvar bar = new ProgressBar(\"work\", 100);\nfor (var i = 0; i < 100; i++) bar.Advance();", "1");
        Assert.StartsWith("██████████  work  100 %  100/100", run.Text(1)); // though nobody disposed it
        Assert.InRange(run.Heard.Updates.Count, 1, 5);
    }

    [Fact]
    public async Task A_chart_that_has_no_picture_is_mentioned_once_with_the_remedy()
    {
        var before = Environment.GetEnvironmentVariable("MARGIN_CHROMIUM");
        try
        {
            Environment.SetEnvironmentVariable("MARGIN_CHROMIUM", "/nowhere/chromium");
            const string chart = "MarginNotebooks.Display.PenaltyCurves.Draw([MarginNotebooks.Display.PenaltyCurve.CrossEntropy])";
            var run = await TestRun.OfAsync("1", chart, chart);
            Assert.Equal(RunEnd.Completed, run.End);
            Assert.Contains("'/nowhere/chromium'", Assert.Single(run.Heard.Notes));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MARGIN_CHROMIUM", before);
            MarginNotebooks.Display.HeadlessChromium.Failure = null;
        }
    }

    [Fact]
    public async Task A_cell_is_told_how_long_it_took_when_it_asks()
    {
        var run = await TestRun.OfAsync("#!time\nawait Task.Delay(20);\n7", "8");
        Assert.Equal(["stream", "execute_result"], run.Outputs(1).Select(output => (string?)output["output_type"]));
        Assert.Matches(@"^Wall time: \d+(\.\d+)? m?s\n$", MultilineText.Read(run.Outputs(1)[0]["text"]));
        Assert.Single(run.Outputs(2));
    }

    [Fact]
    public async Task Outputs_can_be_taken_away_at_once_or_when_the_next_comes()
    {
        var run = await TestRun.OfAsync(
            "Console.Write(\"a\"); display(\"b\"); clear_output(); Console.Write(\"c\");",
            "Console.Write(\"a\"); clear_output(wait: true); display(\"b\"); display(\"c\");",
            "Console.Write(\"a\"); clear_output(wait: true);");
        Assert.Equal("c", run.Text(1));
        Assert.Equal(["b", "c"], run.Outputs(2).Select(output => MultilineText.Read(output["data"]?["text/plain"])));
        Assert.Equal("a", run.Text(3));
    }

    [Fact]
    public async Task What_a_cell_started_puts_out_to_that_cell_also_later()
    {
        var run = await TestRun.OfAsync(
            "var later = new TaskCompletionSource();\nvar work = Task.Run(async () => { await later.Task; Console.Write(\"late\"); });",
            "later.SetResult(); await work; Console.Write(\"own\");");
        Assert.Equal("late", run.Text(1));
        Assert.Equal("own", run.Text(2));
    }

    [Fact]
    public async Task The_kits_own_display_reaches_the_notebook()
    {
        var run = await TestRun.OfAsync("MarginNotebooks.Display.DisplaySink.Current.Show(12.5);");
        Assert.Equal("12.5", run.Text(1));
    }

    [Fact]
    public async Task A_statement_shows_nothing()
    {
        var run = await TestRun.OfAsync("var two = 2;", "two");
        Assert.Empty(run.Outputs(1));
        Assert.Equal("2", run.Text(2));
    }

    [Fact]
    public async Task The_current_directory_is_the_notebooks_folder_and_is_given_back()
    {
        using var folder = new TemporaryFolder();
        var before = Directory.GetCurrentDirectory();
        var run = await TestRun.InAsync(folder, [], TestNotebook.Code("Directory.GetCurrentDirectory()"));
        Assert.Equal(folder.Path, run.Text(1));
        Assert.Equal(before, Directory.GetCurrentDirectory());
    }

    [Fact]
    public async Task Every_cell_starts_on_the_same_thread_also_after_one_that_awaited()
    {
        var run = await TestRun.OfAsync(
            "var first = Environment.CurrentManagedThreadId;\nawait Task.Delay(20).ConfigureAwait(false);\nawait Task.Yield();",
            "Environment.CurrentManagedThreadId == first");
        Assert.Equal("True", run.Text(2));
    }

    [Fact]
    public async Task Waiting_for_a_task_in_a_blocking_way_does_not_lock_up()
    {
        var run = await TestRun.OfAsync("async Task<int> Later() { await Task.Delay(10); return 7; }\nLater().Result");
        Assert.Equal("7", run.Text(1));
    }

    [Fact]
    public async Task Old_outputs_are_forgotten_and_timing_is_stored()
    {
        var stale = TestNotebook.Code("1");
        stale["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "old" });
        var empty = TestNotebook.Code("  ");
        empty["execution_count"] = 9;
        var run = await TestRun.OfAsync([], [stale, empty]);
        Assert.Equal("1", run.Text(1));
        Assert.Null(run.Notebook.Cells[1].ExecutionCount);
        var timing = run.Notebook.Cells[0].Metadata["execution"]!.AsObject();
        Assert.True(DateTime.Parse((string)timing["iopub.status.idle"]!) >= DateTime.Parse((string)timing["iopub.status.busy"]!));
    }

    [Fact]
    public async Task A_stopped_run_ends_the_cell_that_watches_the_token_and_runs_no_other()
    {
        var run = await TestRun.StoppedAsync(
            "started",
            TestNotebook.Code("Console.WriteLine(\"started\");\nawait Task.Delay(-1, MarginNotebooks.Runtime.RunCancellation.Token);"),
            TestNotebook.Code("1"));
        Assert.Equal(RunEnd.Interrupted, run.End);
        Assert.Equal("Interrupted", (string?)run.Outputs(1)[^1]["ename"]);
        Assert.Equal("started\n", MultilineText.Read(run.Outputs(1)[0]["text"]));
        Assert.Null(run.Notebook.Cells[1].ExecutionCount);
    }

    [Fact]
    public async Task A_cell_that_does_not_listen_is_left_behind_after_the_grace_period()
    {
        var run = await TestRun.StoppedAsync("deaf", TestNotebook.Code("Console.WriteLine(\"deaf\");\nawait Task.Delay(60_000);"));
        Assert.Equal(RunEnd.Interrupted, run.End);
        Assert.Equal(["stream", "error"], run.Outputs(1).Select(output => (string?)output["output_type"]));
    }

    [Theory]
    [InlineData("python")]
    [InlineData("F#")]
    public async Task A_notebook_in_another_language_is_refused_by_name(string language)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["n.ipynb"], TestNotebook.Text(TestNotebook.Code("1")).Replace("\"language\":\"C#\"", $"\"language\":\"{language}\""));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new NotebookRunner(new RecordingReporter(), default, default)
            .RunAsync(new NotebookRun { Path = folder["n.ipynb"], Output = folder["out.ipynb"] }));
        Assert.Contains(language, error.Message);
        Assert.Contains("n.ipynb", error.Message);
        Assert.False(File.Exists(folder["out.ipynb"]));
    }

    [Fact]
    public async Task A_cell_in_another_language_fails_and_says_so()
    {
        var cell = TestNotebook.Code("let x = 1");
        cell["metadata"]!["vscode"] = new JsonObject { ["languageId"] = "fsharp" };
        var run = await TestRun.OfAsync([], [cell]);
        Assert.Equal(RunEnd.Failed, run.End);
        Assert.Contains("fsharp", (string?)run.Outputs(1)[0]["evalue"]);
    }

    [Fact]
    public async Task Tensors_train_and_thread_settings_of_libtorch_last_from_cell_to_cell()
    {
        var run = await TestRun.OfAsync(
            "#r \"nuget: TorchSharp, 0.107.0\"\nusing TorchSharp;\nusing static TorchSharp.torch;\nmanual_seed(1);\nvar w = zeros(3, requires_grad: true);",
            "(w * tensor(new float[] { 1, 2, 3 })).sum().backward();\nawait Task.Yield();",
            "var off = no_grad();",
            "(w * 2).requires_grad",
            "off.Dispose();\nw.grad.data<float>().ToArray()");
        Assert.Equal(RunEnd.Completed, run.End);
        Assert.Equal("False", run.Text(4));
        Assert.Equal("[1, 2, 3]", run.Text(5));
    }

    [Fact]
    public async Task Files_beside_the_notebook_can_be_loaded_as_source()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["more.csx"], "int Thrice(int n) => 3 * n;");
        var run = await TestRun.InAsync(folder, [], TestNotebook.Code("#load \"more.csx\"\nThrice(5)"));
        Assert.Equal("15", run.Text(1));
    }

    [Fact]
    public async Task One_sentence_explains_that_libtorch_is_missing()
    {
        var run = await TestRun.OfAsync(
            "void Load() => throw new TypeInitializationException(\"x\", new MarginNotebooks.Runtime.TorchUnavailableException(\"Install it.\"));\nLoad();");
        var error = Assert.Single(run.Outputs(1));
        Assert.Equal("TorchUnavailableException", (string?)error["ename"]);
        Assert.Equal("Cell [1], line 1: Install it.", (string?)Assert.Single(error["traceback"]!.AsArray()));
    }
}
