namespace MarginNotebooks.Metrics;

/// <summary>The flat view of a case's scores.</summary>
internal static class CaseValues
{
    internal static IReadOnlyDictionary<string, double> Of(
        EvaluationProtocol protocol, IReadOnlyList<StructureScore> structures, IReadOnlyList<RegionCalibration> calibration)
    {
        var values = new OrderedDictionary<string, double>();
        foreach (var key in StructureScore.Keys)
            values[key] = MeanOfDefined(structures.Select(s => Rounded(protocol, key, s[key])));
        foreach (var key in StructureScore.Keys)
            foreach (var structure in structures)
                values[$"{key}/{structure.Name}"] = Rounded(protocol, key, structure[key]);
        foreach (var presence in new[] { StructurePresence.Missed, StructurePresence.Spurious, StructurePresence.Absent })
            values[presence.ToString().ToLowerInvariant()] = structures.Count(s => s.Presence == presence);
        foreach (var part in calibration)
            foreach (var key in CalibrationScores.Keys)
                values[part == calibration[0] ? key : $"{key}/{part.Region.Key()}"] = Rounded(protocol, key, part.Scores[key]);
        return values;
    }

    private static double Rounded(EvaluationProtocol protocol, string key, double value) =>
        protocol.CaseDecimals is { } digits && key is ("dsc" or "ece" or "cece") && double.IsFinite(value)
            ? Math.Round(value, digits)
            : value;

    private static double MeanOfDefined(IEnumerable<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
