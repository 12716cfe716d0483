using System.CommandLine;
using System.Globalization;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>What every study command asks: which study, at what scale, and where its runs are.</summary>
internal sealed class StudySelection
{
    private readonly Argument<string> _name = new("STUDY") { Description = "Name of a study (margin study list), or a JSON file." };
    private readonly Option<string[]> _datasets = new("--dataset") { Description = "Keys of data sets, separated by commas; the study's own by default.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _scale = new("--scale") { Description = "full: the paper's protocol (default); reduced: for a CPU, hours; quick: minutes." };
    private readonly Option<bool> _quick = new("--quick") { Description = "The same as --scale quick." };
    private readonly Option<string[]> _seeds = new("--seeds") { Description = "Seeds, separated by commas.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _settings = new("--set")
    {
        Description = "PROPERTY=VALUE for every run, for example --set precision=bfloat16. Properties: " + string.Join(", ", ConfigurationProperties.Names) + ".",
    };

    private readonly Option<string?> _store = new("--store") { Description = "Folder of studies; out/studies by default." };

    public StudySelection() => _scale.AcceptOnlyFromAmong("full", "reduced", "quick");

    public void AddTo(Command command)
    {
        command.Arguments.Add(_name);
        foreach (var option in new Option[] { _datasets, _scale, _quick, _seeds, _settings, _store })
            command.Options.Add(option);
    }

    public StudyStore Store(ParseResult parsed) => new(parsed.GetValue(_store) ?? Path.Combine(Workspace.Find().Root, "out", "studies"));

    public Study Study(ParseResult parsed)
    {
        try
        {
            var name = parsed.GetValue(_name)!;
            var datasets = Parts(parsed.GetValue(_datasets));
            var seeds = Parts(parsed.GetValue(_seeds))?.Select(Seed).ToList();
            Study study;
            if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(name))
            {
                if (!File.Exists(name))
                    throw new CommandException($"There is no study file '{name}'.", ExitCodes.Usage);
                if (parsed.GetValue(_scale) is not null || parsed.GetValue(_quick))
                    throw new CommandException("A study file says its own scale: leave --scale and --quick out, or change properties with --set.", ExitCodes.Usage);
                study = StudyFile.Read(name);
                study = study with
                {
                    Runs = [.. study.Runs.Where(run => datasets?.Contains(run.Dataset) != false && seeds?.Contains(run.Seed) != false)],
                };
                if (study.Runs.Count == 0)
                    throw new CommandException($"'{name}' has no runs with these data sets and seeds.", ExitCodes.Usage);
            }
            else
            {
                study = NamedStudies.Get(name, Scale(parsed), datasets, seeds);
            }
            return study.With((parsed.GetValue(_settings) ?? []).Select(Setting));
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new CommandException(e.Message, ExitCodes.Usage, e);
        }
    }

    /// <summary>Whether a named study is asked for at its quick scale.</summary>
    public bool IsQuick(ParseResult parsed) =>
        !parsed.GetValue(_name)!.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && Scale(parsed) == StudyScale.Quick;

    /// <summary>Arguments that select one run of the study, for a record; folders are left out, since they differ from machine to machine.</summary>
    public string Arguments(ParseResult parsed, RunConfiguration run)
    {
        var name = parsed.GetValue(_name)!;
        var isFile = name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(name);
        var scale = isFile || NamedStudies.FixedNames.Contains(name) ? "" : $" --scale {Scale(parsed).ToString().ToLowerInvariant()}";
        return $"{(isFile ? Path.GetFileName(name) : name)} --dataset {run.Dataset}{scale}"
            + string.Create(CultureInfo.InvariantCulture, $" --seeds {run.Seed}")
            + string.Concat((parsed.GetValue(_settings) ?? []).Select(setting => $" --set {setting}"));
    }

    private StudyScale Scale(ParseResult parsed)
    {
        var named = parsed.GetValue(_scale);
        if (parsed.GetValue(_quick) && named is not (null or "quick"))
            throw new CommandException($"--quick and --scale {named} exclude each other.", ExitCodes.Usage);
        return parsed.GetValue(_quick) ? StudyScale.Quick
            : named is not null ? Enum.Parse<StudyScale>(named, ignoreCase: true)
            : Workspace.Quick ? StudyScale.Quick : StudyScale.Full;
    }

    private static List<string>? Parts(string[]? values) => values is { Length: > 0 }
        ? [.. values.SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()]
        : null;

    private static int Seed(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : throw new CommandException($"'{text}' is no seed: seeds are whole numbers.", ExitCodes.Usage);

    private static (string, object?) Setting(string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? (name, value)
        : throw new CommandException($"'{text}' is not PROPERTY=VALUE.", ExitCodes.Usage);
}
