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
        return Of(ResultTables.ByMethod(runs).Select(method => new Row(
            method.Key, method.Name, null, experiment, method.Runs.Count, score => ResultTables.MeanOverSeeds(method.Runs, protocol, score))), published, dataset, scores, caption);
    }

    /// <summary>A row for each of ours and each score.</summary>
    internal static Table Of(IEnumerable<Row> ours, PublishedValues published, string dataset, IReadOnlyList<string> scores, string caption)
    {
        var all = ours.ToList();
        var rows = new List<IReadOnlyList<object?>>();
        var sources = new List<string>();
        var variants = all.Any(row => row.Variant is not null);
        foreach (var row in all)
        {
            foreach (var score in scores)
            {
                var mean = ScoreSummary.Mean(row.Cases(score), score);
                var theirs = published.Find(row.Experiment, dataset, row.Method, score);
                if (theirs is not null && !sources.Contains(theirs.Source))
                    sources.Add(theirs.Source);
                rows.Add(
                [
                    row.Name, .. variants ? new object?[] { row.Variant } : [], ResultTables.Heading(score), (double)row.Seeds, mean, theirs?.Value ?? double.NaN,
                    mean.Mean - (theirs?.Value ?? double.NaN),
                ]);
            }
        }
        var where = sources.Count > 0
            ? $"Published: {string.Join("; ", sources)}"
            : $"Published figures of '{string.Join("', '", all.Select(row => row.Experiment).Distinct())}' on {dataset} are not transcribed: "
                + "with their source they belong into notebooks/published";
        return Table.FromRows(["Method", .. variants ? new[] { "With" } : [], "Score", "Seeds", "Ours", "Published", "Difference"], rows)
            .RowHeader(["Method", .. variants ? new[] { "With" } : [], "Score"]).Decimals(0, "Seeds").Decimals(4, "Ours", "Published", "Difference")
            .WithCaption($"{caption}. {where}.");
    }

    /// <summary>One of ours.</summary>
    /// <param name="Method">Key of the method.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Variant">A calibrator or the strength of a shift; null where there is none.</param>
    /// <param name="Experiment">The experiment that published figures name.</param>
    /// <param name="Seeds">Number of seeds.</param>
    /// <param name="Cases">Values of a score, a case each.</param>
    internal sealed record Row(string Method, string Name, string? Variant, string Experiment, int Seeds, Func<string, IReadOnlyList<CaseValue>> Cases);
}
