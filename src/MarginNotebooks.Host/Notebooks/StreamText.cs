namespace MarginNotebooks.Host.Notebooks;

/// <summary>Text as a terminal would have left it.</summary>
public static class StreamText
{
    /// <summary>Drops what was overwritten after a carriage return, so that a progress bar is stored as its last state.</summary>
    /// <param name="text">Text as written.</param>
    /// <returns>Text whose lines hold only what stayed visible.</returns>
    public static string Settled(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!text.Contains('\r'))
            return text;
        return string.Join('\n', text.Split('\n').Select(line =>
        {
            var visible = line.TrimEnd('\r');
            return visible[(visible.LastIndexOf('\r') + 1)..];
        }));
    }
}
