using System.CommandLine;
using System.Globalization;
using System.Numerics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>How runs of a study work: the options that a study's processes and a cluster's tasks pass on.</summary>
internal sealed class StudyRunSettings
{
    private readonly Option<string?> _data = new("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default." };
    private readonly Option<string> _device = new("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" };
    private readonly Option<double> _checkpoints = new("--checkpoint-seconds") { Description = "Seconds between checkpoints inside an epoch.", DefaultValueFactory = _ => 60 };
    private readonly Option<int> _samples = new("--samples") { Description = "Test volumes of which a run keeps one slice's logits, for pictures.", DefaultValueFactory = _ => 4 };

    public StudyRunSettings() => _device.AcceptOnlyFromAmong("auto", "cpu", "cuda");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _data, _device, _checkpoints, _samples })
            command.Options.Add(option);
    }

    public ExperimentOptions Options(ParseResult parsed) => new()
    {
        DataFolder = parsed.GetValue(_data) ?? Workspace.Find().Data,
        Device = parsed.GetValue(_device)!,
        CheckpointSeconds = NotNegative("--checkpoint-seconds", parsed.GetValue(_checkpoints)),
        SampleVolumes = NotNegative("--samples", parsed.GetValue(_samples)),
    };

    /// <summary>The same options as arguments of another process, wherever that is started.</summary>
    public string[] Arguments(ParseResult parsed)
    {
        var options = Options(parsed);
        return
        [
            "--data", Path.GetFullPath(options.DataFolder!), "--device", options.Device,
            "--checkpoint-seconds", options.CheckpointSeconds.ToString("R", CultureInfo.InvariantCulture),
            "--samples", options.SampleVolumes.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static T NotNegative<T>(string option, T value) where T : INumber<T> => T.IsNegative(value)
        ? throw new CommandException($"{option} is {value}; it must not be negative.", ExitCodes.Usage)
        : value;
}
