using System.Text;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Writes files that appear whole or not at all.</summary>
public static class WholeFile
{
    /// <summary>Writes beside the target, flushes to disk, then renames over it.</summary>
    /// <param name="path">Target; its folder is created.</param>
    /// <param name="text">Contents, stored as UTF-8 without a mark.</param>
    public static void WriteText(string path, string text)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var beside = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                file.Write(new UTF8Encoding(false).GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
