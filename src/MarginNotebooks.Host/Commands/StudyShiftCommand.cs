using System.CommandLine;
using MarginNotebooks.Data.Shifts;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study shift</c>: the networks of a study's finished runs on test images that grow noisier, blurrier and darker.</summary>
public static class StudyShiftCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var settings = new DerivedSettings(ShiftComputation.KindKey);
        var shifts = new Option<string?>("--shifts") { Description = $"Keys, separated by commas; all by default: {string.Join(", ", ShiftCatalog.Keys)}." };
        var command = new Command("shift", "Score the networks of finished runs on shifted test images. Started again, it leaves out what is done.");
        selection.AddTo(command);
        command.Options.Add(shifts);
        settings.AddTo(command);
        command.SetAction(parsed => settings.Run(
            parsed, selection, new ShiftComputation([.. DerivedSettings.Keys("--shifts", parsed.GetValue(shifts), ShiftCatalog.Keys).Select(ShiftCatalog.Get)]),
            asked => $"--shifts {string.Join(',', asked.Options.Select(option => option.Split(' ')[0]))}"));
        return command;
    }
}
