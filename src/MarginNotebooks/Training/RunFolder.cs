using System.Text;
using System.Text.Json;
using MarginNotebooks.Models;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>The files of one run. While it is open, no other process can train in the same folder.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly FileStream guard;

    internal RunFolder(string directory)
    {
        Directory = Path.GetFullPath(directory);
        System.IO.Directory.CreateDirectory(Directory);
        try
        {
            // The lock is the system's: it goes when the process goes, however it ends.
            guard = new FileStream(
                In("run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new CheckpointException(
                $"Another process is training in {Directory}. Wait for it, stop it, or choose another folder.", e);
        }
        // What a killed process was writing; with the lock held, no one else is.
        foreach (var left in System.IO.Directory.EnumerateFiles(Directory, "*.tmp"))
            File.Delete(left);
    }

    internal string Directory { get; }

    internal string Last => In("last.ckpt");

    internal string Previous => In("previous.ckpt");

    internal string Best => In("best.safetensors");

    internal string Log => In("epochs.jsonl");

    private string In(string name) => Path.Combine(Directory, name);

    /// <summary>Forgets an earlier run.</summary>
    internal void Clear()
    {
        foreach (var file in new[] { Last, Previous, Best, Log, In("next.ckpt"), In("damaged.ckpt") })
            File.Delete(file);
    }

    /// <summary>Writes the newest checkpoint and keeps the one before it. At every moment one of the two files is whole.</summary>
    internal void Save(CheckpointState state, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var next = In("next.ckpt");
        Checkpoint.Write(next, state, tensors);
        if (File.Exists(Last)) File.Move(Last, Previous, overwrite: true);
        File.Move(next, Last, overwrite: true);
    }

    /// <summary>The newest checkpoint that can be read; null when there is none at all.</summary>
    /// <param name="warn">Told about a damaged newest checkpoint.</param>
    internal (CheckpointState State, SafeTensors File, string Path)? Load(Action<string> warn)
    {
        var failures = new List<InvalidDataException>();
        foreach (var path in new[] { Last, Previous }.Where(File.Exists))
        {
            try
            {
                var (state, file) = Checkpoint.Read(path);
                foreach (var failure in failures)
                {
                    // Out of the way: the next save would put the damaged file in the place of this good one.
                    File.Move(Last, In("damaged.ckpt"), overwrite: true);
                    warn($"{failure.Message} Going on from {path}, epoch {state.Epoch}, step {state.Step}.");
                }
                return (state, file, path);
            }
            catch (InvalidDataException e)
            {
                failures.Add(e);
            }
        }
        if (failures.Count == 0) return null;
        throw new CheckpointException(
            $"No checkpoint in {Directory} can be read: {string.Join(" ", failures.Select(e => e.Message))} "
            + "Restore one from a copy, or start the run afresh.", failures[0]);
    }

    /// <summary>Brings the log and the exported best weights in line with a checkpoint.</summary>
    internal void Export(CheckpointState state, IReadOnlyDictionary<string, Tensor> best, IReadOnlyDictionary<string, string> metadata)
    {
        var lines = new StringBuilder();
        foreach (var record in state.Log) lines.Append(JsonSerializer.Serialize(record, Checkpoint.Json)).Append('\n');
        WholeFile.WriteText(Log, lines.ToString());
        if (best.Count > 0) SafeTensors.Write(Best, best, metadata);
    }

    public void Dispose() => guard.Dispose();
}
