using System.Collections;
using System.Reflection;
using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Tests.Reference;

/// <summary>Nothing that belongs on the reference page is missing from it, and nothing is on it twice.</summary>
public sealed class ReferenceCatalogTests
{
    private static readonly Assembly Library = typeof(ReferenceCatalog).Assembly;

    [Fact]
    public void KeysAreUniqueInEachChapter()
    {
        string[] twice = [.. ReferenceCatalog.All.GroupBy(entry => (entry.Kind, entry.Key.ToLowerInvariant())).Where(group => group.Skip(1).Any())
            .Select(group => $"{group.Key.Kind} '{group.First().Key}': {string.Join(", ", group.Select(entry => entry.CodeName))}")];

        Assert.Empty(twice);
    }

    [Fact]
    public void EveryEntryIsFilledIn() => Assert.All(ReferenceCatalog.All, entry =>
    {
        foreach (var text in new[] { entry.Key, entry.Title, entry.Formula, entry.Source, entry.Test, entry.Note ?? "-" })
        {
            Assert.False(string.IsNullOrWhiteSpace(text), $"{entry.CodeName}: something of '{entry.Key}' is empty");
            Assert.False(text.Contains('\n') || text != text.Trim(), $"{entry.CodeName}: '{text}' is not one trimmed line");
        }
    });

    [Fact]
    public void EveryLossIsThere() => Covered(ReferenceKind.Loss, PublicTypes(typeof(SegmentationLoss)));

    [Fact]
    public void EveryCalibratorIsThere()
    {
        Covered(ReferenceKind.Calibrator, Library.GetType("MarginNotebooks.Calibration.Calibrator") is { } calibrator ? PublicTypes(calibrator) : []);
        KeysCovered(ReferenceKind.Calibrator, "MarginNotebooks.Calibration.CalibratorCatalog");
    }

    [Fact]
    public void EveryBackboneIsThere() => KeysCovered(ReferenceKind.Backbone, "MarginNotebooks.Models.BackboneCatalog");

    [Fact]
    public void EveryMeasureIsThere()
    {
        KeysCovered(ReferenceKind.Measure, "MarginNotebooks.Metrics.CalibrationScores");
        KeysCovered(ReferenceKind.Measure, "MarginNotebooks.Metrics.CalibrationMeasures");
        KeysCovered(ReferenceKind.Measure, "MarginNotebooks.Metrics.StructureScore");
    }

    [Fact]
    public void EveryChartIsThere() => Covered(ReferenceKind.Chart, Library.GetExportedTypes().Where(type =>
        type.Namespace == "MarginNotebooks.Display"
        && type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Any(method => method.ReturnType == typeof(Figure))));

    [Fact]
    public void EveryWordMustOccurAndTheKeyComesFirst()
    {
        var found = ReferenceCatalog.Search("RELIABILITY diagram");

        Assert.Contains(found, entry => entry.Key == "reliability-diagram");
        Assert.DoesNotContain(found, entry => entry.Key == "risk-coverage");
        Assert.Equal("risk-coverage", ReferenceCatalog.Search("risk-coverage")[0].Key);
        Assert.Equal(ReferenceCatalog.All.Count, ReferenceCatalog.Search("").Count);
        Assert.All(ReferenceCatalog.Search("error", ReferenceKind.Chart), entry => Assert.Equal(ReferenceKind.Chart, entry.Kind));
        Assert.Empty(ReferenceCatalog.Search("reliability no-such-word"));
    }

    [Fact]
    public void AChapterIsATable()
    {
        var table = ReferenceCatalog.Table(ReferenceKind.Chart);

        Assert.Equal(ReferenceCatalog.Of(ReferenceKind.Chart).Count, table.Frame.RowCount);
        Assert.Contains("risk-coverage", table.ToMarkdown());
        Assert.Contains("RiskCoverageChart", table.ToHtml());
    }

    [Fact]
    public void EntriesOfOtherAssembliesAreFoundOnTypesAndMembers()
    {
        var mine = ReferenceCatalog.Of(typeof(ReferenceCatalogTests).Assembly).Where(entry => entry.TypeName == nameof(ReferenceCatalogTests)).ToArray();

        Assert.Equal(["member", "nested", "nested-2"], mine.Select(entry => entry.Key));
        Assert.Equal("ReferenceCatalogTests.Measured", mine[0].CodeName);
    }

    /// <summary>Fails with the names of types that carry no entry of the kind; skipped while the chapter has no entry at all.</summary>
    private static void Covered(ReferenceKind kind, IEnumerable<Type> types)
    {
        var entries = SkippedWhenEmpty(kind);
        string[] missing = [.. types.Where(type => !entries.Any(entry => entry.Type == type)).Select(type => type.FullName!)];
        Assert.True(missing.Length == 0, $"Add [Reference(ReferenceKind.{kind}, …)] to: {string.Join(", ", missing)}");
    }

    private static void KeysCovered(ReferenceKind kind, string catalogue)
    {
        var entries = SkippedWhenEmpty(kind);
        if (Library.GetType(catalogue)?.GetProperty("Keys", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null) is not IEnumerable keys)
            return;
        // Other tests enter their own, "mine…" and "test-…".
        string[] missing = [.. keys.Cast<string>().Where(key => !key.StartsWith("mine", StringComparison.Ordinal) && !key.StartsWith("test-", StringComparison.Ordinal)).Where(key => !entries.Any(entry => entry.Key == key))];
        Assert.True(missing.Length == 0, $"No [Reference(ReferenceKind.{kind}, …)] has these keys of {catalogue}: {string.Join(", ", missing)}");
    }

    private static IReadOnlyList<ReferenceEntry> SkippedWhenEmpty(ReferenceKind kind)
    {
        var entries = ReferenceCatalog.Of(kind);
        if (entries.Count == 0)
            Assert.Skip($"nothing in the library carries [Reference(ReferenceKind.{kind}, …)]");
        return entries;
    }

    private static IEnumerable<Type> PublicTypes(Type of) => Library.GetExportedTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(of));

    [Reference(ReferenceKind.Statistic, "member", "A member", Formula = "1", Source = "this test", Test = "ReferenceCatalogTests")]
    private static void Measured()
    {
    }

    [Reference(ReferenceKind.Chart, "nested", "A nested type", Formula = "1", Source = "this test", Test = "ReferenceCatalogTests")]
    [Reference(ReferenceKind.Chart, "nested-2", "A nested type again", Formula = "2", Source = "this test", Test = "ReferenceCatalogTests")]
    private static class Nested;
}
