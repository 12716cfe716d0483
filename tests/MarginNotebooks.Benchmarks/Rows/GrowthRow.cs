using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>Time a case and memory when there are 4 and 16 times as many cases.</summary>
/// <param name="work"><c>training</c> or <c>evaluation</c>.</param>
/// <param name="memory">Judges memory; otherwise time.</param>
internal sealed class GrowthRow(string work, bool memory) : Row
{
    public override string Id => $"growth-{work}-{(memory ? "memory" : "time")}";

    public override string Title => $"16 times the cases, {work}: {(memory ? "resident memory" : "time a case")}, against 1×";

    public override string Measures =>
        $"{(work == "training" ? "Four epochs of the 8-filter network, 64×64, batches of 16, MbLS," : "Evaluation with the 8-filter network, 64×64×8, both protocols,")} with 6, 24 and 96 phantom cases, "
        + "each in a fresh process. " + (memory
            ? "Resident memory at the end, garbage collected, less the bytes of the decoded cases themselves. The figure is the largest of 4× and 16× over 1×, and for training also of the last epoch over the first."
            : "Median time of an epoch (all but the first), or of the whole, by the number of cases. The figure is the largest of 4× and 16× over 1×.");

    public override Requirement Required => Requirement.AtMost(1.1);

    public override Outcome Run(RowContext context)
    {
        var cases = Growth.Factors.Select(factor => factor * Growth.Cases(context)).ToArray();
        // In turn, twice: a slow moment of the machine is not growth.
        var runs = Enumerable.Range(0, context.Size(memory ? 1 : 2, 1))
            .Select(_ => cases.Select(count => context.Part(this, $"{count}")).ToArray()).ToArray();
        var samples = cases.Select((count, i) => memory
            ? new Sample($"{count} cases", "MB", [.. runs.Select(run => run[i]["resident"][^1])])
            : new Sample($"{count} cases", "ms", [.. runs.SelectMany(run => run[i]["ms"]).Select(milliseconds => milliseconds / count)])).ToArray();
        var figure = samples.Skip(1).Max(sample => sample.Median / samples[0].Median);
        if (memory)
            figure = Math.Max(figure, runs[0].Max(part => part["resident"][^1] / part["resident"][0]));
        var facts = cases.Zip(runs[0]).ToDictionary(
            pair => $"{pair.First} cases: decoded, resident beyond that, MB",
            pair => $"{ReadmeTable.Number(pair.Second["data"][0])}, {string.Join(" then ", pair.Second["resident"].Select(ReadmeTable.Number))}");
        return new Outcome(figure, samples[^1], samples[0]) { Details = samples, Facts = facts };
    }

    public override Dictionary<string, double[]> RunPart(string part, RowContext context) =>
        work == "training" ? Growth.Train(int.Parse(part), context) : Growth.Evaluate(int.Parse(part), context);
}
