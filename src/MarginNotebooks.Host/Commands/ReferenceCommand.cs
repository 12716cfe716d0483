using System.CommandLine;
using MarginNotebooks.Reference;
using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin reference</c>: lists and searches what the library holds, with formula and source, or writes the reference page.</summary>
public static class ReferenceCommand
{
    private const int MostInFull = 12;

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var words = new Argument<string[]>("WORDS")
        {
            Description = "Shows the entries that hold all of these; a list of everything without.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var kind = new Option<string?>("--kind") { Description = "Only one chapter: " + string.Join(", ", Kinds) + "." };
        kind.AcceptOnlyFromAmong(Kinds);
        var write = new Option<string?>("--write") { Description = "Write the whole page to this Markdown file, which must lie in the repository." };
        var command = new Command(
            "reference", "List and search losses, backbones, calibrators, measures, statistics and charts, with formula and source.")
        {
            words, kind, write,
        };
        command.SetAction(parsed => parsed.GetValue(write) is { } path
            ? Write(path, parsed.GetValue(words)!.Length > 0 || parsed.GetValue(kind) is not null, Console.Out)
            : Show(string.Join(' ', parsed.GetValue(words)!), parsed.GetValue(kind), Console.Out));
        return command;
    }

    private static string[] Kinds => [.. Enum.GetNames<ReferenceKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>Prints matching entries: in full the one whose key is the text, or all when they are few, and a line for each other.</summary>
    /// <param name="text">Words to look for; empty for all.</param>
    /// <param name="kind">Name of the only chapter; null for all.</param>
    /// <param name="output">Where to print.</param>
    /// <returns>0, or 1 when nothing matches.</returns>
    public static int Show(string text, string? kind, TextWriter output)
    {
        var entries = ReferenceCatalog.Search(text, kind is null ? null : Enum.Parse<ReferenceKind>(kind, ignoreCase: true));
        if (entries.Count == 0)
            throw new CommandException($"Nothing in the reference matches '{text}'{(kind is null ? "" : $" in the chapter '{kind}'")}: "
                + "'margin reference' lists everything.", ExitCodes.Failed);
        var exact = entries.Where(entry => entry.Key.Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray();
        var full = exact.Length > 0 ? exact : text.Length > 0 && entries.Count <= MostInFull ? [.. entries] : [];
        foreach (var entry in full)
            Full(entry, output);
        var others = entries.Except(full).ToArray();
        if (others.Length == 0)
            return ExitCodes.Success;
        if (full.Length > 0)
            output.WriteLine($"'{text}' also occurs in:");
        foreach (var chapter in others.GroupBy(entry => entry.Kind).OrderBy(chapter => chapter.Key))
        {
            output.WriteLine(chapter.Key);
            foreach (var entry in chapter)
                output.WriteLine($"  {entry.Key,-26} {entry.Title}");
        }

        output.WriteLine($"{others.Length} entries; 'margin reference KEY' shows one in full.");
        return ExitCodes.Success;
    }

    private static void Full(ReferenceEntry entry, TextWriter output)
    {
        output.WriteLine($"{entry.Key}  {entry.Title} ({entry.Kind.ToString().ToLowerInvariant()})");
        output.WriteLine($"  formula  {entry.Formula}");
        output.WriteLine($"  source   {entry.Source}");
        if (entry.Note is { } note)
            output.WriteLine($"  note     {note}");
        output.WriteLine($"  in code  {entry.Type.Namespace}.{entry.CodeName}");
    }

    private static int Write(string path, bool filtered, TextWriter output)
    {
        if (filtered)
            throw new CommandException("--write writes the whole page: leave out the words and --kind.", ExitCodes.Usage);
        var file = Path.GetFullPath(path);
        var root = Workspace.Find(Path.GetDirectoryName(file)).Root;
        if (!File.Exists(Path.Combine(root, "MarginNotebooks.sln")))
            throw new CommandException($"'{path}' does not lie in a copy of the repository: the page links its files.", ExitCodes.Usage);
        WholeFile.WriteText(file, ReferencePage.Markdown(root, Path.GetRelativePath(root, Path.GetDirectoryName(file)!)));
        output.WriteLine($"Wrote {ReferenceCatalog.All.Count} entries to {path}");
        return ExitCodes.Success;
    }
}
