using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The charts of networks that need their logits, in one call each; one <see cref="NetworkProfile"/> serves all of them.</summary>
public static class NetworkCharts
{
    /// <summary>Smooth reliability curves with their bands.</summary>
    /// <param name="networks">A curve for each.</param>
    /// <param name="bandwidth">Standard deviation of the kernel.</param>
    /// <returns>The figure.</returns>
    public static Figure SmoothReliability(IReadOnlyList<NetworkProfile> networks, double bandwidth = 0.03) => SmoothReliabilityDiagram.Draw(
        [.. networks.Select(network => (network.Name, Display.SmoothReliability.Of(network.CaseConfidence, bandwidth)))],
        subtitle: Subtitle(networks));

    /// <summary>A reliability diagram for each class: a row for each network.</summary>
    /// <param name="networks">The networks.</param>
    /// <returns>The figure.</returns>
    public static Figure PerClass(IReadOnlyList<NetworkProfile> networks) => ClassReliability.Draw(
        First(networks).ClassNames, [.. networks.Select(network => (network.Name, network.PerClass))], subtitle: Subtitle(networks));

    /// <summary>Confidence of right and of wrong pixels: a panel for each network.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis.</param>
    /// <returns>The figure.</returns>
    public static Figure Outcomes(IReadOnlyList<NetworkProfile> networks, bool logScale = false) => ConfidenceByOutcome.Draw(
        [.. networks.Select(network => (network.Name, network.Pooled()))], subtitle: Subtitle(networks), logScale: logScale);

    /// <summary>Logit distances: a panel for each network.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="margin">The margin to mark, a multiple of 0.5; null for none.</param>
    /// <returns>The figure.</returns>
    public static Figure LogitDistances(IReadOnlyList<NetworkProfile> networks, double? margin = null) => LogitDistanceChart.Draw(
        [.. networks.Select(network => (network.Name, network.Distances))], margin, subtitle: Subtitle(networks));

    /// <summary>Risk against coverage: a curve for each network.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="logScale">Whether the risk is drawn on a logarithmic axis.</param>
    /// <returns>The figure. Pixels are ranked in a thousand groups of equally many; AURC is that of the groups.</returns>
    public static Figure RiskCoverage(IReadOnlyList<NetworkProfile> networks, bool logScale = false) => RiskCoverageChart.Draw(
        [.. networks.Select(network => RiskCoverageLine.Of(network.Name, network.EqualMass()))], subtitle: Subtitle(networks),
        logScale: logScale);

    private static NetworkProfile First(IReadOnlyList<NetworkProfile> networks) => networks.Count > 0
        ? networks[0]
        : throw new ArgumentException("These charts need the profile of at least one network.", nameof(networks));

    private static string Subtitle(IReadOnlyList<NetworkProfile> networks)
    {
        var first = First(networks);
        if (networks.FirstOrDefault(other => other.Region != first.Region || other.Dataset != first.Dataset
            || other.CaseConfidence.Count != first.CaseConfidence.Count) is { } other)
            throw new ArgumentException(
                $"'{other.Name}' was profiled on other pixels than '{first.Name}' ({Pixels(other)}; {Pixels(first)}): they cannot share a chart.",
                nameof(networks));
        return $"{first.Dataset}, {first.Region.Describe()}; {first.CaseConfidence.Count} test volumes";

        static string Pixels(NetworkProfile network) => $"{network.Dataset}, {network.Region}, {network.CaseConfidence.Count} volumes";
    }
}
