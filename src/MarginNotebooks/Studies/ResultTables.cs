using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Studies;

/// <summary>Tables of finished runs: means over test cases, intervals over patients, spread over seeds.</summary>
public static class ResultTables
{
    /// <summary>Scores that a main table shows when it is not told otherwise.</summary>
    public static IReadOnlyList<string> MainScores { get; } = ["dsc", "hd95", "ece", "cece", "ece/all", "nll"];

    private static readonly Dictionary<string, (string Heading, bool Higher, int Decimals)> Known = new()
    {
        ["dsc"] = ("DSC", true, 3),
        ["iou"] = ("IoU", true, 3),
        ["hd95"] = ("HD95", false, 2),
        ["hd"] = ("HD", false, 2),
        ["asd"] = ("ASD", false, 2),
        ["assd"] = ("ASSD", false, 2),
        ["nsd"] = ("Surface DSC", true, 3),
        ["sensitivity"] = ("Sensitivity", true, 3),
        ["precision"] = ("Precision", true, 3),
        ["specificity"] = ("Specificity", true, 4),
        ["avd"] = ("|ΔV| (ml)", false, 2),
        ["arvd"] = ("|ΔV|/V", false, 3),
        ["ece"] = ("ECE", false, 4),
        ["cece"] = ("CECE", false, 4),
        ["aece"] = ("AECE", false, 4),
        ["mce"] = ("MCE", false, 3),
        ["ace"] = ("ACE", false, 4),
        ["nll"] = ("NLL", false, 3),
        ["brier"] = ("Brier", false, 4),
    };

    /// <summary>A row for each method: the mean over seeds of each case, then over cases, with a 95 % bootstrap interval over patients.</summary>
    /// <param name="runs">Runs of one data set; several seeds of a method become one row.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="scores">Which scores; null for <see cref="MainScores"/> as far as the protocol has them.</param>
    /// <returns>The table; its caption names the protocol.</returns>
    public static Table Compare(IReadOnlyList<RunResults> runs, string protocol = "sound", IReadOnlyList<string>? scores = null)
    {
        var chosen = Chosen(runs, protocol, scores);
        var methods = ByMethod(runs);
        string[] columns = ["Method", "Seeds", .. chosen.SelectMany(score => new[] { score, $"{score} lower", $"{score} upper" })];
        var table = Table.FromRows(columns, methods.Select(method => (IReadOnlyList<object?>)
        [
            method.Name,
            (double)method.Runs.Count,
            .. chosen.SelectMany(score =>
            {
                var estimate = ScoreSummary.Mean(MeanOverSeeds(method.Runs, protocol, score), score);
                return new object?[] { estimate.Mean, estimate.Lower, estimate.Upper };
            }),
        ])).RowHeader("Method").Decimals(0, "Seeds");
        foreach (var score in chosen)
            table = Styled(table.Interval(score, $"{score} lower", $"{score} upper"), score, score);
        return table.WithCaption(Caption(runs, protocol));
    }

    /// <summary>A row for each method: its mean minus the reference's on the same cases, with a 95 % bootstrap interval over patients.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <param name="reference">Key of the method to compare with, for example <c>ce</c>.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="scores">Which scores; null for <see cref="MainScores"/>.</param>
    /// <returns>The table. An interval without 0 says that the methods differ on such patients, at these seeds.</returns>
    /// <exception cref="ArgumentException">No run of the reference method is given.</exception>
    public static Table Differences(
        IReadOnlyList<RunResults> runs, string reference = "ce", string protocol = "sound", IReadOnlyList<string>? scores = null)
    {
        var chosen = Chosen(runs, protocol, scores);
        var methods = ByMethod(runs);
        var baseline = methods.FirstOrDefault(method => method.Key == reference).Runs
            ?? throw new ArgumentException($"There is no run of '{reference}' to compare with; there are {string.Join(", ", methods.Select(m => m.Key))}.", nameof(reference));
        string[] columns = ["Method", .. chosen.SelectMany(score => new[] { score, $"{score} lower", $"{score} upper" })];
        var table = Table.FromRows(columns, methods.Where(method => method.Key != reference).Select(method => (IReadOnlyList<object?>)
        [
            method.Name,
            .. chosen.SelectMany(score =>
            {
                var estimate = ScoreSummary.PairedDifference(
                    MeanOverSeeds(method.Runs, protocol, score), MeanOverSeeds(baseline, protocol, score), score);
                return new object?[] { estimate.Mean, estimate.Lower, estimate.Upper };
            }),
        ])).RowHeader("Method");
        foreach (var score in chosen)
        {
            table = table.Interval(score, $"{score} lower", $"{score} upper").Heading(score, $"Δ {Heading(score)}");
            if (Known.TryGetValue(Base(score), out var known))
                table = table.Decimals(known.Decimals, score);
        }
        return table.WithCaption(
            $"Difference to {MethodCatalog.Get(reference).DisplayName} on the same cases: {Caption(runs, protocol)}");
    }

    /// <summary>A row for each run: seed, best epoch, time, threads, scores; how much seeds differ is seen here.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="scores">Which scores; null for DSC and ECE.</param>
    /// <returns>The table.</returns>
    public static Table Runs(IReadOnlyList<RunResults> runs, string protocol = "sound", IReadOnlyList<string>? scores = null)
    {
        scores ??= ["dsc", "ece", "ece/all"];
        string[] columns = ["Method", "Seed", "Best epoch", "Minutes", "Device", "Precision", .. scores, "Date", "Commit"];
        var table = Table.FromRows(columns, runs.Select(run => (IReadOnlyList<object?>)
        [
            MethodCatalog.Get(run.Record.Configuration.Method).DisplayName,
            (double)run.Record.Configuration.Seed,
            run.Record.BestEpoch + 1.0,
            run.Record.TrainingSeconds / 60,
            $"{run.Record.Device}, {run.Record.Environment.Threads} thread{(run.Record.Environment.Threads == 1 ? "" : "s")}",
            run.Record.Configuration.Precision.ToString().ToLowerInvariant(),
            .. scores.Select(score => (object?)run.CasesOf(protocol).Select(row => row.Score(score).Value).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average()),
            run.Record.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            run.Record.Commit?[..Math.Min(8, run.Record.Commit.Length)] ?? "–",
        ])).RowHeader("Method").Decimals(0, "Seed", "Best epoch").Decimals(1, "Minutes");
        foreach (var score in scores)
            table = table.Heading(score, Heading(score)).Decimals(Known.TryGetValue(Base(score), out var known) ? known.Decimals : 3, score);
        return table.WithCaption("Every run, one row each.");
    }

    /// <summary>A run's scores by structure.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>DSC and HD95 of each class and method.</returns>
    public static Table Structures(IReadOnlyList<RunResults> runs, string protocol = "sound")
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no run to make a table of.", nameof(runs));
        // Structures are named after class numbers, or by the data set, such as BraTS's ET, TC and WT.
        string[] structures = [.. runs[0].CasesOf(protocol)[0].Values.Keys.Where(key => key.StartsWith("dsc/", StringComparison.Ordinal)).Select(key => key[4..])];
        var names = runs[0].Record.ClassNames;
        var table = Compare(runs, protocol, [.. structures.SelectMany(name => new[] { $"dsc/{name}", $"hd95/{name}" })]);
        foreach (var structure in structures)
        {
            var name = int.TryParse(structure, CultureInfo.InvariantCulture, out var k) && k < names.Count ? names[k] : structure;
            table = table.Heading($"dsc/{structure}", $"DSC {name}").Heading($"hd95/{structure}", $"HD95 {name}");
        }
        return table;
    }

    /// <summary>A row for each pair of methods: Wilcoxon's signed-rank test over patients, its effect sizes, and Holm's correction over all
    /// rows.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <param name="score">Which score, for example <c>dsc</c>.</param>
    /// <param name="reference">Key of a method to test the others against, for example <c>ce</c>; null for every pair.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The table. Differences are first minus second; columns <c>p</c> and <c>p (Holm)</c> keep all digits.</returns>
    public static Table Significance(
        IReadOnlyList<RunResults> runs, string score = "dsc", string? reference = null, string protocol = "sound")
    {
        var comparison = Comparison.Of(runs, score, protocol);
        var pairs = comparison.Pairs(reference);
        var decimals = DecimalsOf(score);
        string[] columns = ["First", "Second", "Patients", "Median difference", "Hodges–Lehmann", "Rank-biserial", "W", "p", "p (Holm)"];
        var approximate = pairs.Count(pair => !pair.Test.IsExact);
        var excluded = pairs.Max(pair => pair.Test.Excluded);
        return Table.FromRows(columns, pairs.Select(pair => (IReadOnlyList<object?>)
        [
            pair.First, pair.Second, (double)pair.Test.Pairs, pair.Test.MedianDifference, pair.Test.HodgesLehmann, pair.Test.RankBiserial,
            pair.Test.W, pair.Test.PValue, pair.Adjusted,
        ])).RowHeader("First", "Second").Decimals(0, "Patients").Decimals(decimals + 1, "Median difference", "Hodges–Lehmann")
            .Decimals(2, "Rank-biserial").Decimals(1, "W").PValues("p", "p (Holm)")
            .WithCaption(
                $"{Heading(score)}, first minus second: Wilcoxon's signed-rank test over patients, "
                + (approximate == 0 ? "exact" : approximate == pairs.Count ? "normal approximation" : "exact up to 200 patients that differ")
                + $", Holm's correction over {pairs.Count} tests"
                + (excluded > 0 ? $"; up to {excluded} patients left out, where the score is not defined. " : ". ")
                + Setting(runs, protocol));
    }

    /// <summary>A row for each method: mean with interval over patients, and apart from it the standard deviation over seeds.</summary>
    /// <remarks>The interval tells what other patients would give for these networks; the deviation, what training again would.</remarks>
    /// <param name="runs">Runs of one data set; one setting of each method, several seeds.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="scores">Which scores; null for <see cref="MainScores"/> as far as the protocol has them.</param>
    /// <returns>The table; the deviation of a single seed is not defined.</returns>
    public static Table SeedSpreads(IReadOnlyList<RunResults> runs, string protocol = "sound", IReadOnlyList<string>? scores = null)
    {
        var chosen = Chosen(runs, protocol, scores);
        string[] Names(string score) => [score, $"{score} lower", $"{score} upper", $"{score} SD over seeds"];
        string[] columns = ["Method", "Seeds", .. chosen.SelectMany(Names)];
        var table = Table.FromRows(columns, ByMethod(runs).Select(method => (IReadOnlyList<object?>)
        [
            method.Name,
            (double)method.Runs.Count,
            .. chosen.SelectMany(score =>
            {
                var spread = SeedSpread.Of(
                    [.. method.Runs.Select(run => (IReadOnlyList<CaseValue>)[.. run.CasesOf(protocol).Select(row => row.Score(score))])], score);
                return new object?[] { spread.Estimate.Mean, spread.Estimate.Lower, spread.Estimate.Upper, spread.DeviationOverSeeds };
            }),
        ])).RowHeader("Method").Decimals(0, "Seeds");
        foreach (var score in chosen)
        {
            var deviation = $"{score} SD over seeds";
            table = Styled(table.Interval(score, $"{score} lower", $"{score} upper"), score, score)
                .Heading(deviation, "SD over seeds").Decimals(DecimalsOf(score) + 1, deviation);
        }
        return table.WithCaption($"{Caption(runs, protocol)}; standard deviation of the means of the seeds (n − 1)");
    }

    /// <summary>A row for each method, best average rank first: mean with interval over patients, spread over seeds, ranks and how stable they
    /// are; the caption holds Friedman's test and the critical difference.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <param name="score">Which score.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="alpha">Level of the critical difference.</param>
    /// <returns>The table.</returns>
    public static Table Ranking(IReadOnlyList<RunResults> runs, string score = "dsc", string protocol = "sound", double alpha = 0.05)
    {
        var comparison = Comparison.Of(runs, score, protocol);
        var (difference, stability, seeds) = (comparison.CriticalDifference(alpha), comparison.Stability(), comparison.Seeds());
        var friedman = difference.Friedman;
        string[] columns =
        [
            "Method", "Average rank", "Seeds", score, $"{score} lower", $"{score} upper", "SD over seeds", "Rank of mean", "Rank lower",
            "Rank upper", "Best in",
        ];
        var table = Table.FromRows(columns, difference.Ranking.Select(place =>
        {
            var m = comparison.Cases.IndexOf(place.Method);
            var estimate = seeds[m].Estimate;
            return (IReadOnlyList<object?>)
            [
                place.Method, place.Rank, (double)seeds[m].Seeds, estimate.Mean, estimate.Lower, estimate.Upper, seeds[m].DeviationOverSeeds,
                stability.Ranks[m], stability.Intervals[m].Lower, stability.Intervals[m].Upper, stability.ProbabilityBest(m),
            ];
        })).RowHeader("Method").Decimals(2, "Average rank").Decimals(0, "Seeds").Decimals(DecimalsOf(score) + 1, "SD over seeds")
            .Decimals(1, "Rank of mean").Percent("Best in").Decimals(0, "Best in")
            .Interval("Rank of mean", "Rank lower", "Rank upper").LowerIsBetter("Average rank");
        table = Styled(table.Interval(score, $"{score} lower", $"{score} upper"), score, score);
        return table.WithCaption(string.Create(CultureInfo.InvariantCulture,
            $"{Heading(score)}: ranks over {friedman.Cases} patients"
            + $"{(friedman.Excluded > 0 ? $" ({friedman.Excluded} left out, where not every method has the score)" : "")}; "
            + $"Friedman χ² = {friedman.ChiSquared:0.##}, {Chance(friedman.PValue)}, "
            + $"Iman–Davenport F = {friedman.F:0.##}, {Chance(friedman.FPValue)}; "
            + $"average ranks closer than {difference.Value:0.##} cannot be told apart (Nemenyi, α = {alpha}). "
            + $"Rank of mean and share of 'best' over {stability.Resamples} resamples of the patients, "
            + $"mean Kendall τ {stability.MeanTau:0.##}. {Setting(runs, protocol)}"));
    }

    /// <summary>A row for each method and score: our mean with its interval, the published figure where one is transcribed, the
    /// difference.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <param name="published">Transcribed figures, see <see cref="PublishedValues.Read"/>.</param>
    /// <param name="experiment">Name of the study that the figures belong to, for example <c>main</c>.</param>
    /// <param name="scores">Which scores; null for DSC, HD95, ECE and CECE, as far as the protocol has them.</param>
    /// <param name="protocol">Name of the evaluation protocol; the authors' is the one to hold against what they published.</param>
    /// <returns>The table; its caption names the sources, or says that there is none.</returns>
    public static Table AgainstPublished(
        IReadOnlyList<RunResults> runs, PublishedValues published, string experiment, IReadOnlyList<string>? scores = null, string protocol = "authors") =>
        PublishedComparison.Of(
            runs, published, experiment, scores ?? [.. Chosen(runs, protocol, null).Where(score => score is "dsc" or "hd95" or "ece" or "cece")], protocol,
            Caption(runs, protocol));

    /// <summary>A run's values of one score, averaged over the seeds of each case.</summary>
    internal static List<CaseValue> MeanOverSeeds(IReadOnlyList<RunResults> runs, string protocol, string score) =>
    [
        .. runs.SelectMany(run => run.CasesOf(protocol).Select(row => row.Score(score)))
            .GroupBy(value => (value.CaseId, value.PatientId))
            .Select(group => new CaseValue(
                group.Key.CaseId, group.Key.PatientId, group.Select(value => value.Value).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average())),
    ];

    internal static List<(string Key, string Name, IReadOnlyList<RunResults> Runs)> ByMethod(IReadOnlyList<RunResults> runs)
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no run to make a table of.", nameof(runs));
        // Protocol and data must be shared, or the rows cannot be compared.
        if (runs.Select(run => run.Record.DataChecksum).Distinct().Skip(1).Any())
            throw new ArgumentException("The runs were made on different data (their checksums differ): compare runs of one data set only.", nameof(runs));
        // Another precision, network or dropout is not another seed: where several occur, each has its row.
        var configurations = runs.Select(run => run.Record.Configuration).ToList();
        var both = configurations.Select(run => run.Precision).Distinct().Skip(1).Any();
        var networks = configurations.Select(run => (run.Backbone, run.Filters)).Distinct().Skip(1).Any();
        var dropouts = configurations.Select(run => run.Dropout).Distinct().Skip(1).Any();
        return [.. runs.GroupBy(run => (
                run.Record.Configuration.Method, run.Record.Configuration.Precision, run.Record.Configuration.Backbone, run.Record.Configuration.Filters,
                run.Record.Configuration.Dropout))
            .Select(group => (
                group.Key.Method,
                MethodCatalog.Get(group.Key.Method).DisplayName
                + (networks ? $", {NetworkName(group.Key.Backbone)} {group.Key.Filters}" : "")
                + (dropouts ? FormattableString.Invariant($", dropout {group.Key.Dropout}") : "")
                + (both ? $", {group.Key.Precision.ToString().ToLowerInvariant()}" : ""),
                (IReadOnlyList<RunResults>)[.. group]))];
    }

    private static IReadOnlyList<string> Chosen(IReadOnlyList<RunResults> runs, string protocol, IReadOnlyList<string>? scores)
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no run to make a table of.", nameof(runs));
        var cases = runs[0].CasesOf(protocol);
        return scores ?? [.. MainScores.Where(score => cases.Any(row => !double.IsNaN(row.Score(score).Value)))];
    }

    /// <summary>Heading, decimals and the better end of a score's column.</summary>
    internal static Table Styled(Table table, string column, string score)
    {
        if (!Known.TryGetValue(Base(score), out var known))
            return table;
        table = table.Heading(column, Heading(score)).Decimals(known.Decimals, column);
        return known.Higher ? table.HigherIsBetter(column) : table.LowerIsBetter(column);
    }

    /// <summary>Whether the highest value of a score is the best; null for a score that tables do not know.</summary>
    internal static bool? IsHigherBetter(string score) => Known.TryGetValue(Base(score), out var known) ? known.Higher : null;

    internal static int DecimalsOf(string score) => Known.TryGetValue(Base(score), out var known) ? known.Decimals : 3;

    private static string Base(string score) => score.Split('/')[0];

    internal static string Heading(string score) => score.Split('/') switch
    {
        [var name, "all"] => $"{(Known.TryGetValue(name, out var known) ? known.Heading : name)}, whole image",
        [var name, "foreground"] => $"{(Known.TryGetValue(name, out var known) ? known.Heading : name)}, true foreground",
        [var name, ..] => Known.TryGetValue(name, out var known) ? known.Heading : name,
        _ => score,
    };

    private static string Caption(IReadOnlyList<RunResults> runs, string protocol)
    {
        var record = runs[0].Record;
        var configuration = record.Configuration;
        var networks = string.Join(", ", runs.Select(run => run.Record.Configuration).Select(run => $"{NetworkName(run.Backbone)} with {run.Filters} filters").Distinct());
        return string.Create(CultureInfo.InvariantCulture,
            $"{configuration.Dataset}, {record.DataCounts[2]} test volumes; {networks}, {configuration.Epochs} epochs, batch {configuration.BatchSize}"
            + $"{(configuration.Downsampling > 1 ? $", resolution divided by {configuration.Downsampling}" : "")}{(configuration.Precision == Training.Precision.BFloat16 ? ", mixed precision" : "")}; "
            + $"mean [95 % interval from resampling patients]; protocol '{EvaluationProtocol.Named(protocol).Name}'");
    }

    // A record may name a network of somebody's own, which is not there when its table is made.
    private static string NetworkName(string key) => Models.BackboneCatalog.All.FirstOrDefault(backbone => backbone.Key == key)?.DisplayName ?? key;

    private static string Chance(double p) => p < 0.0001 ? "p < 0.0001" : string.Create(CultureInfo.InvariantCulture, $"p = {p:0.0000}");

    private static string Setting(IReadOnlyList<RunResults> runs, string protocol) =>
        $"{runs[0].Record.Configuration.Dataset}, means over seeds; protocol '{EvaluationProtocol.Named(protocol).Name}'";
}
