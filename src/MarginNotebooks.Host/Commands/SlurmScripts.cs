using System.Globalization;
using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary>Writes a study as jobs for Slurm: an array with a task for each unfinished run, and a job after it that makes the tables.</summary>
/// <param name="Study">The study.</param>
/// <param name="Store">The folder of studies; every node must see it under the same path.</param>
internal sealed record SlurmScripts(Study Study, StudyStore Store)
{
    /// <summary>Seconds before the time limit at which a task is told to save.</summary>
    public const int WarningSeconds = 120;

    /// <summary>Options of <c>sbatch</c> for the tasks: partition, time, GPU.</summary>
    public IReadOnlyList<string> BatchOptions { get; init; } = [];

    /// <summary>Tasks that run at the same time; null for as many as the cluster has room for.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Arguments of <c>margin study work</c>.</summary>
    public IReadOnlyList<string> WorkArguments { get; init; } = [];

    /// <summary>Command that starts this program on a node.</summary>
    public required IReadOnlyList<string> Margin { get; init; }

    /// <summary>Folder of the tables; null for the store's own.</summary>
    public string? Output { get; init; }

    /// <summary>The scripts, and the runs that the array has tasks for.</summary>
    /// <param name="Array">Script of the job array.</param>
    /// <param name="Tables">Script of the job that makes the tables.</param>
    /// <param name="Tasks">Numbers of the unfinished runs.</param>
    internal sealed record Files(string Array, string Tables, IReadOnlyList<int> Tasks);

    /// <summary>Writes both scripts.</summary>
    /// <returns>The files.</returns>
    public Files Write()
    {
        var file = Store.Freeze(Study);
        var folder = Path.Combine(Store.Root, "_slurm", Path.GetFileNameWithoutExtension(file));
        var logs = Path.Combine(folder, "logs");
        Directory.CreateDirectory(logs);
        var tasks = Enumerable.Range(0, Study.Runs.Count).Where(i => !Store.Results.Contains(Study.Runs[i])).ToList();
        var files = new Files(Path.Combine(folder, "array.sh"), Path.Combine(folder, "tables.sh"), tasks);
        if (tasks.Count > 0)
            WholeFile.WriteText(files.Array, Array(file, logs, tasks));
        WholeFile.WriteText(files.Tables, Tables(file, logs));
        return files;
    }

    private string Array(string file, string logs, IReadOnlyList<int> tasks) => $$"""
        #!/bin/bash
        # One run of the study '{{Study.Name}}' a task. Safe to requeue: a task goes on from its run's last checkpoint.
        #SBATCH --job-name=margin-{{Study.Name}}
        #SBATCH --array={{Ranges(tasks)}}{{Limit}}
        #SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --output={{logs}}/%A_%a.log
        #SBATCH --signal=B:USR1@{{WarningSeconds}}
        {{Options}}
        cpus=${SLURM_CPUS_ON_NODE:-1}
        export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-$cpus}
        requeue=0 heard=0 task=
        # USR1 comes {{WarningSeconds}} s before the time limit: save, and ask for another turn. TERM comes from a requeue or a preemption: save.
        trap 'heard=1 requeue=1; [ -n "$task" ] && kill -TERM "$task" 2>/dev/null' USR1
        trap 'heard=1; [ -n "$task" ] && kill -TERM "$task" 2>/dev/null' TERM
        {{Command(["study", "work", file, "--store", Store.Root, .. WorkArguments])}} --index "$SLURM_ARRAY_TASK_ID" </dev/null &
        task=$!
        # A trap ends a wait early, while the task is still saving: wait again.
        while heard=0; wait "$task"; status=$?; [ "$heard" -eq 1 ]; do :; done
        if [ "$requeue" -eq 1 ] && [ "$status" -eq {{ExitCodes.Interrupted}} ]; then
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        fi
        exit "$status"

        """;

    private string Tables(string file, string logs) => $$"""
        #!/bin/bash
        # The tables of the study '{{Study.Name}}', once all its tasks have ended.
        #SBATCH --job-name=margin-{{Study.Name}}-tables
        #SBATCH --requeue
        #SBATCH --output={{logs}}/%j-tables.log
        {{Options}}
        {{Command(["study", "table", file, "--store", Store.Root, .. OutputArguments])}}

        """;

    private string[] OutputArguments => Output is null ? [] : ["--output", Path.GetFullPath(Output)];

    /// <summary>Numbers as Slurm writes them: <c>0-3,7,9-10</c>.</summary>
    /// <param name="numbers">Growing numbers.</param>
    /// <returns>The text.</returns>
    public static string Ranges(IReadOnlyList<int> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count;)
        {
            var first = i;
            while (++i < numbers.Count && numbers[i] == numbers[i - 1] + 1)
            {
            }
            parts.Add(first == i - 1
                ? numbers[first].ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{numbers[first]}-{numbers[i - 1]}"));
        }
        return string.Join(',', parts);
    }

    private string Limit => MaxParallel is { } most ? $"%{most}" : "";

    private string Options => string.Join('\n', BatchOptions.Select(option => $"#SBATCH {option}"));

    private string Command(IReadOnlyList<string> words) => string.Join(' ', Margin.Concat(words).Select(Quoted));

    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+=:,@%".Contains(c))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
