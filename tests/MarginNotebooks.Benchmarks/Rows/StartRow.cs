using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>How long a command takes from start to end.</summary>
/// <param name="id">Identifier.</param>
/// <param name="arguments">The command's arguments.</param>
/// <param name="limit">Seconds it may take; null when it is shown only.</param>
internal sealed class StartRow(string id, string arguments, double? limit) : Row
{
    public override string Id => id;

    public override string Title => $"Start-up: `margin {arguments}`";

    public override string Measures => $"Wall-clock time of the built program `margin {arguments}` from start to end, files in the system's cache.";

    public override string FigureUnit => "s";

    public override Requirement? Required => limit is { } seconds ? Requirement.AtMost(seconds) : null;

    public override Outcome Run(RowContext context)
    {
        var code = 0;
        var sample = InTurn.Run(
            context.Size(9, 1), context.Size(2, 0), Contestant.Of($"margin {arguments}", () => code |= MarginCommand.Run(context, arguments.Split(' ')).Code))[0];
        var seconds = sample with { Unit = "s", Values = [.. sample.Values.Select(milliseconds => milliseconds / 1000)] };
        return new Outcome(seconds.Median, seconds) { Precision = "none", Fault = code == 0 ? null : $"The command ended with status {code}." };
    }
}
