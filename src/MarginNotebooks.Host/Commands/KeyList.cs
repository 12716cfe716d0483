namespace MarginNotebooks.Host.Commands;

/// <summary>Keys of a catalogue in a help text.</summary>
/// <remarks>Listing them loads what they name, TorchSharp included, so it is done for the one command that was called, not at every start.</remarks>
internal static class KeyList
{
    /// <summary>The keys, separated by commas, or where to read them.</summary>
    /// <param name="command">The command whose help it is, for example <c>train</c>.</param>
    /// <param name="keys">The keys.</param>
    public static string Of(string command, Func<IEnumerable<string>> keys) =>
        Environment.GetCommandLineArgs() is [_, var called, ..] && called == command ? string.Join(", ", keys()) : $"see margin {command} --help";
}
