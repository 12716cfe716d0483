namespace MarginNotebooks.Data;

/// <summary>Where data are: prepared sets under <c>MARGIN_DATA</c>, official downloads under <c>MARGIN_SOURCE</c>.</summary>
public static class DataFolders
{
    /// <summary>The folder of prepared data sets: the one given, else the variable <c>MARGIN_DATA</c>, else <c>data</c>.</summary>
    /// <param name="given">What the user asked for; null or empty when nothing.</param>
    /// <returns>A path, not necessarily there.</returns>
    public static string Prepared(string? given = null) => FirstOf(given, Environment.GetEnvironmentVariable("MARGIN_DATA"), "data")!;

    /// <summary>The folder of one prepared data set.</summary>
    /// <param name="info">The data set.</param>
    /// <param name="given">The folder of all prepared sets, as for <see cref="Prepared(string?)"/>.</param>
    /// <returns>A path, not necessarily there.</returns>
    public static string Prepared(DatasetInfo info, string? given = null) => Path.Combine(Prepared(given), info.Key);

    /// <summary>The official download of a data set, when <c>MARGIN_SOURCE</c> names a folder that has it.</summary>
    /// <param name="info">The data set.</param>
    /// <returns>An existing folder, or null.</returns>
    public static string? Source(DatasetInfo info)
    {
        var root = FirstOf(Environment.GetEnvironmentVariable("MARGIN_SOURCE"));
        return root is not null && Path.Combine(root, info.Key) is var folder && Directory.Exists(folder) ? folder : null;
    }

    private static string? FirstOf(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
            if (!string.IsNullOrWhiteSpace(value))
                return value;
        return null;
    }
}
