using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study slurm</c>: the same grid on a cluster, as a job array of Slurm.</summary>
public static class StudySlurmCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var settings = new StudyRunSettings();
        var submit = new Option<bool>("--submit") { Description = "Submit the jobs; without it the scripts are only written." };
        var parallel = new Option<int?>("--max-parallel") { Description = "Tasks at the same time; as many as the cluster has room for by default." };
        var retry = new Option<bool>("--retry-failed") { Description = "Try runs again that failed before." };
        var margin = new Option<string?>("--margin") { Description = "Program that starts margin on a node; by default this one, by its path." };
        var output = StudyTableCommand.OutputOption();
        var options = new Argument<string[]>("SBATCH") { Description = "After --: options of sbatch, for example --partition=gpu --gres=gpu:1 --time=4:00:00.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("slurm", "Write, and on demand submit, a Slurm job array with a task for each unfinished run, and a job that makes the tables.");
        selection.AddTo(command);
        settings.AddTo(command);
        foreach (var option in new Option[] { submit, parallel, retry, margin, output })
            command.Options.Add(option);
        command.Arguments.Add(options);
        command.SetAction(parsed =>
        {
            var (study, store) = (selection.Study(parsed), selection.Store(parsed));
            if (parsed.GetValue(parallel) is < 1 and var wrong)
                throw new CommandException($"--max-parallel is {wrong}; it must be at least 1.", ExitCodes.Usage);
            var batchOptions = parsed.GetValue(options) ?? [];
            if (batchOptions.FirstOrDefault(option => option.Contains('\n')) is { } broken)
                throw new CommandException($"'{broken}' has a line break; an option of sbatch is one line.", ExitCodes.Usage);
            if (parsed.GetValue(retry))
                Console.WriteLine($"{study.Runs.Count(store.ForgetFailure)} failed runs are tried again");
            var files = new SlurmScripts(study, store)
            {
                BatchOptions = batchOptions,
                MaxParallel = parsed.GetValue(parallel),
                WorkArguments = settings.Arguments(parsed),
                Margin = parsed.GetValue(margin) is { } program ? [program] : StudyProcesses.Margin(),
                Output = parsed.GetValue(output),
            }.Write();
            Console.WriteLine($"{study.Name}: {files.Tasks.Count} of {study.Runs.Count} runs to do");
            if (files.Tasks.Count > 0)
                Console.WriteLine($"Array:  {files.Array}");
            Console.WriteLine($"Tables: {files.Tables}");
            if (!parsed.GetValue(submit))
            {
                Console.WriteLine("Not submitted: --submit does it.");
                return ExitCodes.Success;
            }
            string[] after = [];
            if (files.Tasks.Count > 0)
            {
                var array = Submit("--parsable", files.Array);
                Console.WriteLine($"Submitted job array {array}");
                // Whether runs failed or not: the tables say what is missing.
                after = [$"--dependency=afterany:{array}"];
            }
            Console.WriteLine($"Submitted job {Submit(["--parsable", .. after, files.Tables])} for the tables");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Submit(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("sbatch", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            // "JOB" or "JOB;CLUSTER".
            return process.ExitCode == 0 ? output.Trim().Split(';')[0] : throw new CommandException($"sbatch {arguments[^1]}: {errors.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new CommandException($"sbatch cannot be started ({e.Message}): submit on a machine of the cluster.", inner: e);
        }
    }
}
