using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>Our figures beside published ones.</summary>
internal static class PublishedComparison
{
    internal static Table Of(
        IReadOnlyList<RunResults> runs, PublishedValues published, string experiment, IReadOnlyList<string> scores, string protocol, string caption)
    {
        var dataset = runs[0].Record.Configuration.Dataset;
        var rows = new List<IReadOnlyList<object?>>();
        var sources = new List<string>();
        foreach (var (key, name, of) in ResultTables.ByMethod(runs))
        {
            foreach (var score in scores)
            {
                var ours = ScoreSummary.Mean(ResultTables.MeanOverSeeds(of, protocol, score), score);
                var theirs = published.Find(experiment, dataset, key, score);
                if (theirs is not null && !sources.Contains(theirs.Source))
                    sources.Add(theirs.Source);
                rows.Add([name, ResultTables.Heading(score), (double)of.Count, ours, theirs?.Value ?? double.NaN, ours.Mean - (theirs?.Value ?? double.NaN)]);
            }
        }
        var where = sources.Count > 0
            ? $"Published: {string.Join("; ", sources)}"
            : $"Published figures of '{experiment}' on {dataset} are not transcribed: with their source they belong into notebooks/published";
        return Table.FromRows(["Method", "Score", "Seeds", "Ours", "Published", "Difference"], rows)
            .RowHeader("Method", "Score").Decimals(0, "Seeds").Decimals(4, "Ours", "Published", "Difference")
            .WithCaption($"{caption}. {where}.");
    }
}
