namespace MarginNotebooks.Training;

/// <summary>Writes files that appear whole or not at all: beside the target first, flushed to disk, then renamed over it.</summary>
internal static class WholeFile
{
    /// <summary>Name of the file being written, before it takes its place.</summary>
    internal static string Beside(string path) => path + ".tmp";

    internal static void Write(string path, Action<Stream> write)
    {
        WriteBeside(path, write);
        File.Move(Beside(path), path, overwrite: true);
    }

    internal static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>The first half of <see cref="Write"/>: a complete, flushed file under another name.</summary>
    internal static void WriteBeside(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        using var stream = new FileStream(Beside(path), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }
}
