using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>Studies as small JSON files.</summary>
/// <remarks>
/// <code>
/// {
///   "name": "mine",
///   "purpose": "Does the margin help on small hearts?",
///   "base": { "dataset": "phantom", "phantomPatients": 20, "filters": 8, "epochs": 12, "batchSize": 8, "learningRateStep": 8 },
///   "axes": { "method": ["ce", "mbls-5", "mbls-10"], "seed": [1, 2, 3] },
///   "exclude": [ { "method": "mbls-10", "seed": 3 } ]
/// }
/// </code>
/// Instead of <c>base</c>, <c>axes</c> and <c>exclude</c> a file may have <c>grids</c>, a list of objects with these three, or <c>runs</c>, a
/// list of configurations. <c>scale</c> is a text for captions.
/// </remarks>
public static class StudyFile
{
    private static readonly string[] GridMembers = ["base", "axes", "exclude"];

    /// <summary>Reads a study.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The study.</returns>
    /// <exception cref="InvalidDataException">It is not a study: the message names file, line and property.</exception>
    public static Study Read(string path)
    {
        var file = LocatedJson.Read(path);
        var members = MembersOf(path, file, "a study", ["name", "purpose", "scale", .. GridMembers, "grids", "runs"]);
        var name = Required(path, file, members, "name").Value as string ?? throw Wrong(path, file.Line, "'name' must be a text.");
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw Wrong(path, members["name"].Line, $"the name '{name}' may have letters, digits, '-' and '_' only: it becomes part of file names.");
        string[] kinds = [.. new[] { "base", "grids", "runs" }.Where(members.ContainsKey)];
        if (kinds.Length != 1)
            throw Wrong(path, file.Line, $"a study has one of 'base', 'grids' and 'runs'; this one has {(kinds.Length == 0 ? "none" : string.Join(" and ", kinds))}.");
        IReadOnlyList<RunConfiguration> runs = kinds[0] switch
        {
            "base" => Grid(path, file, members),
            "grids" => [.. List(path, members["grids"], "grids").SelectMany(grid => Grid(path, grid, MembersOf(path, grid, "a grid", GridMembers))).Distinct()],
            _ => [.. List(path, members["runs"], "runs").Select(run => At(path, run.Line, () => Checked(Configuration(path, run, "a run")))).Distinct()],
        };
        if (runs.Count == 0)
            throw Wrong(path, file.Line, "the study has no runs: everything is excluded.");
        return new Study(name, runs) { Purpose = Text(path, members, "purpose"), Scale = Text(path, members, "scale") };
    }

    /// <summary>Writes a study with each of its runs, so that it stays what it is when the kit's named studies change.</summary>
    /// <param name="path">The file.</param>
    /// <param name="study">The study.</param>
    public static void Write(string path, Study study)
    {
        var json = new JsonObject { ["name"] = study.Name };
        if (study.Purpose is not null) json["purpose"] = study.Purpose;
        if (study.Scale is not null) json["scale"] = study.Scale;
        json["runs"] = new JsonArray([.. study.Runs.Select(run => JsonSerializer.SerializeToNode(run, RunRecord.Json))]);
        WholeFile.WriteText(path, json.ToJsonString(new JsonSerializerOptions(RunRecord.Json) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
    }

    private static IReadOnlyList<RunConfiguration> Grid(string path, LocatedJson at, Dictionary<string, LocatedJson> members)
    {
        var settings = Required(path, at, members, "base");
        var axes = members.TryGetValue("axes", out var found) ? found.Members ?? throw Wrong(path, found.Line, "'axes' must be an object: property and list of values.") : [];
        // Data set and method may be axes, but a configuration needs both from the start.
        var start = Configuration(path, settings, "base", axes.Select(axis => axis.Name));
        var grid = new StudyGrid(start);
        foreach (var (name, values) in axes)
        {
            var list = List(path, values, name);
            foreach (var item in list)
                Known(path, item.Line, name, () => Checked(IsLambda(name) ? start : ConfigurationProperties.With(start, name, item.Value)));
            grid = At(path, values.Line, () => grid.Over(name, [.. list.Select(item => item.Value)]));
        }
        if (members.TryGetValue("exclude", out var exclude))
        {
            foreach (var item in List(path, exclude, "exclude"))
            {
                var parts = item.Members ?? throw Wrong(path, item.Line, "an exclusion must be an object: properties and their values.");
                foreach (var (name, value) in parts)
                    Known(path, value.Line, name, () => ConfigurationProperties.Has(start, name, value.Value));
                grid = At(path, item.Line, () => grid.Except([.. parts.Select(part => (part.Name, part.Value.Value))]));
            }
        }
        return At(path, at.Line, grid.Runs);
    }

    private static RunConfiguration Configuration(string path, LocatedJson json, string what, IEnumerable<string>? axes = null)
    {
        var members = json.Members ?? throw Wrong(path, json.Line, $"'{what}' must be an object: properties of a run.");
        foreach (var needed in new[] { "dataset", "method" })
        {
            if (!members.Any(member => member.Name == needed) && axes?.Contains(needed) != true)
                throw Wrong(path, json.Line, $"{what} has no '{needed}'{(axes is null ? "" : ", and no axis gives it")}.");
        }
        var start = new RunConfiguration { Dataset = StudyData.PhantomKey, Method = "ce" };
        foreach (var (name, value) in members.OrderBy(member => IsLambda(member.Name)))
            Known(path, value.Line, name, () => start = ConfigurationProperties.With(start, name, value.Value));
        if (members.FirstOrDefault(member => member.Name == "dataset").Value is { } dataset)
            At(path, dataset.Line, () => Checked(start));
        return start;
    }

    private static RunConfiguration Checked(RunConfiguration run) => StudyData.Knows(run.Dataset)
        ? run.Validated()
        : throw new ArgumentException($"there is no data set '{run.Dataset}'; known are {string.Join(", ", Data.DatasetCatalog.All.Select(info => info.Key))}.");

    private static Dictionary<string, LocatedJson> MembersOf(string path, LocatedJson json, string what, string[] known)
    {
        var members = json.Members ?? throw Wrong(path, json.Line, $"{what} must be a JSON object.");
        foreach (var (name, value) in members)
        {
            if (!known.Contains(name))
                throw Wrong(path, value.Line, $"{what} has no property '{name}'. Known: {string.Join(", ", known)}.");
        }
        return members.ToDictionary(member => member.Name, member => member.Value);
    }

    private static LocatedJson Required(string path, LocatedJson at, Dictionary<string, LocatedJson> members, string name) =>
        members.TryGetValue(name, out var value) ? value : throw Wrong(path, at.Line, $"'{name}' is missing.");

    private static IReadOnlyList<LocatedJson> List(string path, LocatedJson json, string name) =>
        json.Items is { Count: > 0 } items ? items : throw Wrong(path, json.Line, $"'{name}' must be a list with at least one value.");

    private static string? Text(string path, Dictionary<string, LocatedJson> members, string name) => members.TryGetValue(name, out var json)
        ? json.Value as string ?? throw Wrong(path, json.Line, $"'{name}' must be a text.")
        : null;

    private static bool IsLambda(string name) => name.Equals(ConfigurationProperties.Lambda, StringComparison.OrdinalIgnoreCase);

    private static void Known(string path, int line, string name, Action use)
    {
        if (!ConfigurationProperties.Exists(name))
            throw Wrong(path, line, $"a run has no property '{name}'. Known: {string.Join(", ", ConfigurationProperties.Names)}.");
        At(path, line, () =>
        {
            use();
            return true;
        });
    }

    private static T At<T>(string path, int line, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (ArgumentException e)
        {
            throw Wrong(path, line, e.Message, e);
        }
    }

    private static InvalidDataException Wrong(string path, int line, string what, Exception? inner = null) => new($"'{path}', line {line}: {what}", inner);
}
