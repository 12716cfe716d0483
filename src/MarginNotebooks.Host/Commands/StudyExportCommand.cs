using System.CommandLine;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study export</c>: a study's results without checkpoints, small enough to be committed.</summary>
public static class StudyExportCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var folder = new Argument<string>("FOLDER") { Description = "Receives dataset/run/{run.json, epochs.csv, cases.csv, reliability.csv}, for example notebooks/results." };
        var logits = new Option<bool>("--logits") { Description = "Also the logits of a few slices, for pictures." };
        var command = new Command("export", "Copy the results of finished runs, without checkpoints, to a folder that notebooks read.");
        selection.AddTo(command);
        command.Arguments.Add(folder);
        command.Options.Add(logits);
        command.SetAction(parsed =>
        {
            var store = selection.Store(parsed);
            var study = selection.Study(parsed);
            var target = new RunStore(parsed.GetValue(folder)!);
            var finished = study.Runs.Where(store.Results.Contains).ToList();
            foreach (var run in finished)
            {
                var to = target.Save(store.Results.Load(run));
                var from = Path.Combine(store.FolderOf(run), SampleLogits.FileName);
                if (parsed.GetValue(logits) && File.Exists(from))
                    File.Copy(from, Path.Combine(to, SampleLogits.FileName), overwrite: true);
            }
            Console.WriteLine($"{finished.Count} of {study.Runs.Count} runs copied to {target.Root}");
            return finished.Count == study.Runs.Count ? ExitCodes.Success : ExitCodes.Failed;
        });
        return command;
    }
}
