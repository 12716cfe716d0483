using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>How long a user waits for the first result of the Jupyter kernel.</summary>
internal sealed class KernelStartRow : Row
{
    public override string Id => "start-kernel";

    public override string Title => "Start-up: the kernel's first result";

    public override string Measures =>
        "From the start of `margin kernel start` to the message with the result of its first cell, `1 + 1`, as jupyter_client sees it "
        + "(python/kernel_start.py); a fresh kernel each time, "
        + "files in the system's cache.";

    public override string FigureUnit => "s";

    public override Requirement Required => Requirement.AtMost(3);

    public override Outcome Run(RowContext context)
    {
        // Asked for help, the program ends well whether it knows the command or not.
        if (!MarginCommand.Run(context, "kernel", "start", "--help").Output.Contains("--connection-file", StringComparison.Ordinal))
            throw new NotAvailableException("This version of margin has no command `kernel start`.");
        using var python = Python.Start(
            context, "kernel_start.py", "python3-jupyter-client", MarginCommand.File, "kernel", "start", "-f", "{connection_file}");
        string? text = null;
        double Once()
        {
            var answer = python.Ask(new { code = "1 + 1" });
            text = answer.GetProperty("text").GetString();
            return answer.GetProperty("ms").GetDouble() / 1000;
        }
        var seconds = InTurn.Run(context.Size(7, 1), context.Size(2, 0), new Contestant("kernel, `1 + 1`", Once))[0] with { Unit = "s" };
        return new Outcome(seconds.Median, seconds)
        {
            Precision = "none",
            Versions = python.Versions,
            Fault = text?.Trim() == "2" ? null : $"The first result was '{text}'.",
        };
    }
}
