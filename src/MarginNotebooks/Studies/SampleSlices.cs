using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The few test slices of which runs of one data set kept their logits, and the pictures and distributions that can be had from them.</summary>
/// <remarks>
/// A run keeps one slice, that with the most annotated foreground, of each of the first test volumes (<see cref="SampleLogits"/>). That is enough
/// for pictures, and for distributions that no confidence bin holds; it is a small and easy part of the test set, and every caption says so.
/// Logits are stored as float16: a value of 10 is kept to within 0.004.
/// </remarks>
public sealed class SampleSlices
{
    private readonly IReadOnlyList<Kept> _runs;
    private readonly string _dataset;

    private SampleSlices(string dataset, IReadOnlyList<string> classNames, IReadOnlyList<Kept> runs, IReadOnlyList<string> without) =>
        (_dataset, ClassNames, _runs, Without) = (dataset, classNames, runs, without);

    /// <summary>What one run kept.</summary>
    internal sealed record Kept(string Key, string Name, IReadOnlyList<SampleLogits> Slices);

    /// <summary>Names of the classes, background first.</summary>
    internal IReadOnlyList<string> ClassNames { get; }

    /// <summary>Names of the runs that kept no logits; every caption repeats them.</summary>
    public IReadOnlyList<string> Without { get; }

    /// <summary>Names of the runs whose logits are there.</summary>
    public IReadOnlyList<string> Names => [.. _runs.Select(run => run.Name)];

    /// <summary>The slices by name, in the order of the volumes.</summary>
    public IReadOnlyList<string> Slices => [.. _runs[0].Slices.Select(NameOf)];

    /// <summary>Tells whether any of these runs kept its logits here.</summary>
    /// <param name="runs">Finished runs of one data set.</param>
    /// <param name="store">Where their results are.</param>
    /// <param name="options">Where runs that were trained here left their logits; null to look in the store only.</param>
    /// <returns>True when <see cref="Read"/> has something to read.</returns>
    public static bool AreStored(IReadOnlyList<RunResults> runs, RunStore store, ExperimentOptions? options = null) =>
        runs.Any(run => FileOf(run, store, options) is not null);

    private static string? FileOf(RunResults run, RunStore store, ExperimentOptions? options)
    {
        var configuration = run.Record.Configuration;
        string?[] places = [store.FolderOf(configuration), options is null ? null : Experiment.RunFolder(configuration, options)];
        return places.OfType<string>().Select(folder => Path.Combine(folder, SampleLogits.FileName)).FirstOrDefault(File.Exists);
    }

    /// <summary>Reads the slices of runs.</summary>
    /// <param name="runs">Finished runs of one data set.</param>
    /// <param name="store">Where their results are.</param>
    /// <param name="options">Where runs that were trained here left their logits, if not in the store; null to look in the store only.</param>
    /// <returns>The slices that all runs with a file have in common.</returns>
    /// <exception cref="FileNotFoundException">No run has a file; the message says how to make one.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or holds other slices than the others; the message names it.</exception>
    public static SampleSlices Read(IReadOnlyList<RunResults> runs, RunStore store, ExperimentOptions? options = null)
    {
        if (runs.Count == 0)
            throw new ArgumentException("Slices need at least one finished run.", nameof(runs));
        var read = new List<Kept>();
        var without = new List<string>();
        foreach (var run in runs)
        {
            var configuration = run.Record.Configuration;
            var path = FileOf(run, store, options);
            if (path is null)
                without.Add(RunCharts.NameOf(run, runs));
            else
                read.Add(new Kept(configuration.Method, RunCharts.NameOf(run, runs), Checked(SampleLogits.Read(path), path, run.Record.ClassNames.Count)));
        }

        var record = runs[0].Record;
        if (read.Count == 0)
            throw new FileNotFoundException(
                $"None of the {runs.Count} runs of '{record.Configuration.Dataset}' in '{store.Root}' kept '{SampleLogits.FileName}'. Copy it there from the "
                + "store that trained them with\n  margin study export STUDY notebooks/results --logits");
        return new SampleSlices(record.Configuration.Dataset, record.ClassNames, Common(read), without);
    }

    /// <summary>Prediction, confidence and errors of every method on every slice; buttons choose the slice.</summary>
    /// <param name="margin">Pixels shown around everything that is not background in truth or in any prediction.</param>
    /// <returns>The figure.</returns>
    public Figure Comparison(int margin = 6) => SliceComparison.Draw(
        [.. Slices.Select((name, s) => new ComparedSlice(
            name, _runs[0].Slices[s].Image, _runs[0].Slices[s].Labels, _runs[0].Slices[s].Height, _runs[0].Slices[s].Width,
            [.. _runs.Select(run => run.Slices[s].Predict(run.Name))]).Cropped(margin))],
        [.. ClassNames.Skip(1)], subtitle: $"{Caption()}; cut to {margin} pixels around all foreground");

    /// <summary>Where in one slice methods are over- or under-confident.</summary>
    /// <param name="slice">Which slice, from 0.</param>
    /// <param name="methods">Keys of the methods, for example <c>ce</c>; null for all.</param>
    /// <param name="window">Side of the window in pixels, an odd number.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    public Figure Calibration(int slice, IReadOnlyList<string>? methods = null, int window = 7)
    {
        if (slice < 0 || slice >= Slices.Count)
            throw new ArgumentOutOfRangeException(nameof(slice), slice, $"There are the slices 0 to {Slices.Count - 1}: {string.Join("; ", Slices)}.");
        var chosen = Chosen(methods);
        var shown = chosen[0].Slices[slice];
        return CalibrationMap.Draw(
            shown.Image, shown.Labels, shown.Height, shown.Width, [.. chosen.Select(run => run.Slices[slice].Predict(run.Name))],
            [.. ClassNames.Skip(1)], window, subtitle: $"{_dataset}, {NameOf(shown)}");
    }

    /// <summary>The scores below the pictures: a row for each method, three columns for each slice.</summary>
    /// <returns>The table.</returns>
    public Table Scores()
    {
        static string[] Columns(int slice) => [$"DSC {slice + 1}", $"confidence {slice + 1}", $"accuracy {slice + 1}"];
        var numbers = Enumerable.Range(0, Slices.Count).ToArray();
        var table = Table.FromRows(
            ["Method", .. numbers.SelectMany(Columns)],
            _runs.Select(run => (IReadOnlyList<object?>)
            [
                run.Name,
                .. run.Slices.SelectMany(slice =>
                {
                    var scores = SliceScores.Of(slice.Labels, slice.Predict(run.Name), ClassNames.Count - 1);
                    return new object?[] { scores.Dice, scores.Confidence, scores.Accuracy };
                }),
            ])).RowHeader("Method");
        foreach (var slice in numbers)
            table = table.Decimals(3, Columns(slice)).HigherIsBetter(Columns(slice)[0]);
        return table.WithCaption(
            $"{string.Join("; ", Slices.Select((name, s) => $"{s + 1}: {name}"))}. {Caption()}. Mean confidence and accuracy of the pixels whose true or "
            + "predicted label is not background.");
    }

    /// <summary>Distributions over the slices' pixels.</summary>
    /// <param name="region">Which pixels.</param>
    /// <returns>Their charts and tables.</returns>
    public SampleDistributions Distributions(PixelRegion region) => new(this, region);

    private static string NameOf(SampleLogits slice) => $"{slice.CaseId}, slice {slice.Slice + 1}";

    private static IReadOnlyList<SampleLogits> Checked(IReadOnlyList<SampleLogits> slices, string path, int classes)
    {
        if (slices.FirstOrDefault(slice => slice.Classes != classes) is { } other)
            throw new InvalidDataException($"'{path}' holds logits of {other.Classes} classes, but the run has {classes}: delete the file and make it again.");
        return slices;
    }

    private static List<Kept> Common(List<Kept> runs)
    {
        // Runs may have kept different numbers of slices; what is compared is what all have.
        var names = runs.Select(run => run.Slices.Select(NameOf)).Aggregate((first, second) => first.Intersect(second)).ToHashSet();
        if (names.Count == 0)
            throw new InvalidDataException(
                "The runs have no slice in common: " + string.Join("; ", runs.Select(run => $"{run.Name} has {string.Join(" and ", run.Slices.Select(NameOf))}")) + ".");
        var common = runs.ConvertAll(run => run with { Slices = [.. run.Slices.Where(slice => names.Contains(NameOf(slice)))] });
        foreach (var (_, name, slices) in common)
        {
            for (var s = 0; s < slices.Count; s++)
            {
                if (!slices[s].Labels.AsSpan().SequenceEqual(common[0].Slices[s].Labels))
                    throw new InvalidDataException(
                        $"'{NameOf(slices[s])}' has another annotation in the file of '{name}' than in that of '{common[0].Name}': the runs were made on different data.");
            }
        }
        return common;
    }

    /// <summary>The runs of some methods; null for all.</summary>
    internal List<Kept> Chosen(IReadOnlyList<string>? methods = null)
    {
        var chosen = _runs.Where(run => methods is null || methods.Contains(run.Key)).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new ArgumentException(
                $"None of the runs with logits is of the methods {string.Join(", ", methods!)}; there are {string.Join(", ", _runs.Select(run => run.Key))}.", nameof(methods));
    }

    /// <summary>Which slices and pixels, and what is not shown.</summary>
    internal string Caption(PixelRegion? region = null)
    {
        var text = $"{_dataset}, one slice (the fullest) of each of only {Slices.Count} test volume{(Slices.Count == 1 ? "" : "s")}";
        if (region is { } pixels)
            text += $"; {pixels.Describe()}";
        return text + (Without.Count == 0 ? "" : $"; not shown, as they kept no logits: {string.Join(", ", Without)}");
    }
}
