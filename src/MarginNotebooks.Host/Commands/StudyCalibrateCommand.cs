using System.CommandLine;
using MarginNotebooks.Calibration;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study calibrate</c>: calibrators fitted to the validation slices of a study's finished runs, and test scores before and after.</summary>
public static class StudyCalibrateCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var settings = new DerivedSettings(CalibrationComputation.KindKey);
        var calibrator = new Option<string>("--calibrator")
        {
            Description = $"Keys, separated by commas: {KeyList.Of("calibrate", () => CalibratorCatalog.Keys)}.",
            Required = true,
        };
        var command = new Command("calibrate", "Fit calibrators to finished runs, and score their test volumes before and after. Started again, it leaves out what is done.");
        selection.AddTo(command);
        command.Options.Add(calibrator);
        settings.AddTo(command);
        command.SetAction(parsed => settings.Run(
            parsed, selection, new CalibrationComputation(DerivedSettings.Keys("--calibrator", parsed.GetValue(calibrator), CalibratorCatalog.Keys)),
            asked => $"--calibrator {string.Join(',', asked.Options)}"));
        return command;
    }
}
