using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>A number in the keys of a family of methods, such as the margin in <c>mbls-5</c>: what a study of sensitivity moves.</summary>
/// <param name="Name">For axes, for example <c>margin m</c>.</param>
/// <param name="Prefix">What stands before the number in a key, for example <c>mbls-</c>.</param>
/// <param name="Anchors">Keys that belong to the family without the prefix, with their value.</param>
public sealed record HyperParameter(string Name, string Prefix, params IReadOnlyList<(string Method, double Value)> Anchors)
{
    /// <summary>Margin m of MbLS.</summary>
    public static HyperParameter Margin { get; } = new("margin m", "mbls-");

    /// <summary>Weight λ of the penalty of MbLS with m = 5; 0.1 where the key does not say.</summary>
    public static HyperParameter Weight { get; } = new("weight λ (m = 5)", "mbls-5-lambda-", ("mbls-5", 0.1));

    /// <summary>Exponent γ of the focal loss.</summary>
    public static HyperParameter FocalGamma { get; } = new("FL, γ", "focal-");

    /// <summary>Share α of label smoothing.</summary>
    public static HyperParameter Smoothing { get; } = new("LS, α", "ls-");

    /// <summary>Weight α of the confidence penalty.</summary>
    public static HyperParameter ConfidencePenalty { get; } = new("ECP, α", "ecp-");

    /// <summary>Standard deviation σ of SVLS in pixels.</summary>
    public static HyperParameter SpatialSmoothing { get; } = new("SVLS, σ", "svls-");

    /// <summary>The value that a method's key holds.</summary>
    /// <param name="method">The key.</param>
    /// <returns>The number; null for a method of another family.</returns>
    public double? ValueOf(string method)
    {
        foreach (var (key, value) in Anchors)
        {
            if (key == method)
                return value;
        }
        return method.StartsWith(Prefix, StringComparison.Ordinal)
            && double.TryParse(method.AsSpan(Prefix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Scores against the values of hyper-parameters, a line for each data set.</summary>
    /// <param name="runs">Runs of one data set or several; seeds are averaged case by case.</param>
    /// <param name="parameters">A column of panels for each.</param>
    /// <param name="scores">A row of panels for each; null for DSC, ECE and ECE of the whole image.</param>
    /// <param name="reference">Key of the method of the dotted lines.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">No run belongs to any of the families.</exception>
    public static Figure Draw(
        IReadOnlyList<RunResults> runs, IReadOnlyList<HyperParameter> parameters, IReadOnlyList<string>? scores = null, string reference = "ce",
        string protocol = "sound")
    {
        var lines =
            from parameter in parameters
            from score in scores ?? ["dsc", "ece", "ece/all"]
            from dataset in runs.GroupBy(run => run.Record.Configuration.Dataset)
            let methods = ResultTables.ByMethod([.. dataset])
            let points = methods.Where(method => parameter.ValueOf(method.Key) is not null).Select(method => (parameter.ValueOf(method.Key)!.Value, Of(method.Runs, score))).ToList()
            where points.Count > 0
            select new SensitivityLine(
                parameter.Name, ResultTables.Heading(score), dataset.Key, points,
                methods.FirstOrDefault(method => method.Key == reference).Runs is { } baseline ? Of(baseline, score) : null);
        return SensitivityChart.Draw(
            [.. lines], $"Sensitivity to {string.Join(", ", parameters.Select(parameter => parameter.Name))}", MethodCatalog.Get(reference).DisplayName,
            $"protocol '{EvaluationProtocol.Named(protocol).Name}'");

        ScoreEstimate Of(IReadOnlyList<RunResults> same, string score) => ScoreSummary.Mean(ResultTables.MeanOverSeeds(same, protocol, score), score);
    }
}
