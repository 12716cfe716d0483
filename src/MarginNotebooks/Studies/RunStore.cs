using System.Text.Json;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>A folder of finished runs: <c>ROOT/dataset/run/{run.json, epochs.csv, cases.csv, reliability.csv}</c>.</summary>
/// <remarks>
/// A run is there when its record <c>run.json</c> is, which is written last. Small enough to be committed; weights and checkpoints may lie in
/// the same folder (in a <see cref="StudyStore"/>) or elsewhere.
/// </remarks>
public sealed class RunStore
{
    /// <summary>The file that makes a run finished.</summary>
    internal const string RecordFile = "run.json";

    /// <summary>Opens a store; the folder need not exist yet.</summary>
    /// <param name="root">The folder.</param>
    public RunStore(string root) => Root = Path.GetFullPath(root);

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>Folder of a run, whether it is there or not.</summary>
    /// <param name="configuration">The run.</param>
    /// <returns>Its path.</returns>
    public string FolderOf(RunConfiguration configuration) => Path.Combine(Root, configuration.Dataset, configuration.Name);

    /// <summary>Tells whether a run is finished and stored.</summary>
    /// <param name="configuration">The run.</param>
    /// <returns>True when its record is there.</returns>
    public bool Contains(RunConfiguration configuration) => File.Exists(Path.Combine(FolderOf(configuration), RecordFile));

    /// <summary>Reads a run.</summary>
    /// <param name="configuration">The run.</param>
    /// <returns>The run with its tables.</returns>
    /// <exception cref="FileNotFoundException">The run is not stored; the message says how to make it.</exception>
    public RunResults Load(RunConfiguration configuration) => Contains(configuration)
        ? LoadFolder(FolderOf(configuration))
        : throw new FileNotFoundException($"Run '{configuration.Name}' is not in '{Root}': make it with\n  {configuration.Command}");

    /// <summary>Reads every run of a data set, by method, in the catalogue's order, and seed.</summary>
    /// <param name="dataset">Key of the data set.</param>
    /// <returns>The runs; empty when there is none.</returns>
    public IReadOnlyList<RunResults> LoadAll(string dataset)
    {
        var folder = Path.Combine(Root, dataset);
        return !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder)
                .Where(run => File.Exists(Path.Combine(run, RecordFile)))
                .Select(LoadFolder)
                .OrderBy(run => Place(run.Record.Configuration.Method))
                .ThenBy(run => run.Record.Configuration.Method, StringComparer.Ordinal)
                .ThenBy(run => run.Record.Configuration.Seed)
                .ToList();
    }

    /// <summary>Stores a run; a run of the same configuration is replaced.</summary>
    /// <param name="results">The run.</param>
    /// <returns>Its folder.</returns>
    public string Save(RunResults results)
    {
        var target = FolderOf(results.Record.Configuration);
        // Written out before anything is touched: what cannot be written leaves the old run as it was.
        (string File, string Text)[] tables =
        [
            ("epochs.csv", EpochTable.Write(results.Epochs)),
            ("cases.csv", CaseTable.Write(results.Cases)),
            ("reliability.csv", ReliabilityTable.Write(results.Reliability)),
        ];
        var record = JsonSerializer.Serialize(results.Record, RunRecord.Json) + "\n";
        // The folder may hold the run's checkpoints, too. The record says that a run is finished: it goes first and comes last.
        Directory.CreateDirectory(target);
        File.Delete(Path.Combine(target, RecordFile));
        foreach (var (file, text) in tables)
            WholeFile.WriteText(Path.Combine(target, file), text);
        WholeFile.WriteText(Path.Combine(target, RecordFile), record);
        return target;
    }

    /// <summary>Reads the run of a folder.</summary>
    /// <param name="folder">The folder that holds <c>run.json</c>.</param>
    /// <returns>The run with its tables.</returns>
    /// <exception cref="InvalidDataException">A file is damaged; the message names it.</exception>
    public static RunResults LoadFolder(string folder)
    {
        var path = Path.Combine(folder, RecordFile);
        RunRecord record;
        try
        {
            record = JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(path), RunRecord.Json)
                ?? throw new JsonException("it holds null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is not a run record ({error.Message}): delete the folder and run it again.", error);
        }
        return new RunResults(
            record,
            EpochTable.Read(Path.Combine(folder, "epochs.csv")),
            CaseTable.Read(Path.Combine(folder, "cases.csv")),
            ReliabilityTable.Read(Path.Combine(folder, "reliability.csv")));
    }

    private static int Place(string method) =>
        Losses.MethodCatalog.Keys.Concat(Losses.MethodCatalog.ExtendedKeys).ToList().IndexOf(method) is var place and >= 0 ? place : int.MaxValue;

    private static class EpochTable
    {
        private static readonly string[] Columns =
            ["epoch", "learning_rate", "train_loss", "validation_loss", "validation_mean_iou", "seconds"];

        private const string TermPrefix = "train_";

        // Runs from before they were kept have no such columns.
        private static readonly string[] ScoreColumns = ["validation_dsc", "validation_ece", "validation_nll", "validation_logit_distance"];

        public static string Write(IReadOnlyList<EpochRecord> epochs)
        {
            var terms = epochs.SelectMany(epoch => epoch.TrainTerms.Keys).Distinct().ToList();
            var scored = epochs.Any(epoch => epoch.Validation is not null);
            return CsvText.Write(
                [.. Columns, .. scored ? ScoreColumns : [], .. terms.Select(term => TermPrefix + term)],
                epochs.Select(epoch => (IEnumerable<object>)
                [
                    epoch.Epoch, epoch.LearningRate, epoch.TrainLoss, epoch.ValidationLoss, epoch.ValidationMeanIoU, epoch.Seconds,
                    .. scored ? Values(epoch.Validation) : [],
                    .. terms.Select(term => (object)epoch.TrainTerms.GetValueOrDefault(term, double.NaN)),
                ]));
        }

        public static List<EpochRecord> Read(string path)
        {
            var (header, rows) = CsvText.Read(path);
            return rows.ConvertAll(row =>
            {
                double At(int column) => CsvText.Number(row[column], path);
                var first = Array.IndexOf(header, ScoreColumns[0]);
                var terms = Enumerable.Range(Columns.Length, header.Length - Columns.Length)
                    .Where(column => header[column].StartsWith(TermPrefix, StringComparison.Ordinal))
                    .ToDictionary(column => header[column][TermPrefix.Length..], At);
                return new EpochRecord((int)At(0), At(1), At(2), terms, At(3), At(4), At(5))
                {
                    Validation = first < 0 ? null : new ValidationScores(At(first), At(first + 1), At(first + 2), At(first + 3)),
                };
            });
        }

        private static IEnumerable<object> Values(ValidationScores? scores) => scores is null
            ? Enumerable.Repeat((object)double.NaN, ScoreColumns.Length)
            : [scores.Dice, scores.Ece, scores.Nll, scores.LogitDistance];
    }

    private static class CaseTable
    {
        public static string Write(IReadOnlyList<CaseRow> cases)
        {
            var measures = cases.SelectMany(row => row.Values.Keys).Distinct().ToList();
            return CsvText.Write(
                ["protocol", "case", "patient", .. measures],
                cases.Select(row => (IEnumerable<object>)
                [
                    row.Protocol, row.CaseId, row.PatientId,
                    .. measures.Select(measure => (object)row.Values.GetValueOrDefault(measure, double.NaN)),
                ]));
        }

        public static List<CaseRow> Read(string path)
        {
            var (header, rows) = CsvText.Read(path);
            return rows.ConvertAll(row => new CaseRow(
                row[0], row[1], row[2], Enumerable.Range(3, header.Length - 3).ToDictionary(i => header[i], i => CsvText.Number(row[i], path))));
        }
    }

    private static class ReliabilityTable
    {
        private static readonly string[] Columns = ["region", "case", "patient", "bins", "bin", "count", "confidence", "correct"];

        // Empty bins are left out; the column "bins" keeps their number.
        public static string Write(IReadOnlyList<ReliabilityRow> rows) => CsvText.Write(
            Columns,
            rows.SelectMany(row => Enumerable.Range(0, row.Bins.Bins)
                .Where(bin => row.Bins.Count[bin] > 0)
                .Select(bin => (IEnumerable<object>)
                [
                    row.Region, row.CaseId, row.PatientId, row.Bins.Bins, bin,
                    row.Bins.Count[bin], Math.Round(row.Bins.Confidence[bin], 4), row.Bins.Correct[bin],
                ])));

        public static List<ReliabilityRow> Read(string path)
        {
            var rows = new Dictionary<(string, string), ReliabilityRow>();
            foreach (var cells in CsvText.Read(path).Rows)
            {
                var key = (cells[0], cells[1]);
                if (!rows.TryGetValue(key, out var row))
                    rows[key] = row = new ReliabilityRow(cells[0], cells[1], cells[2], new BinSums((int)CsvText.Number(cells[3], path)));
                var bin = (int)CsvText.Number(cells[4], path);
                row.Bins.Count[bin] = (long)CsvText.Number(cells[5], path);
                row.Bins.Confidence[bin] = CsvText.Number(cells[6], path);
                row.Bins.Correct[bin] = CsvText.Number(cells[7], path);
            }
            return [.. rows.Values];
        }
    }
}
