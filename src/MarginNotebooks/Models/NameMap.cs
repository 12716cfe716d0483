using System.Text.Json;
using System.Text.RegularExpressions;

namespace MarginNotebooks.Models;

/// <summary>Gives weights that were saved under other names the names of a network here.</summary>
/// <remarks>
/// A JSON object of rules; the first that fits a name is applied to it, and names that none fits stay. A rule's key is
/// <list type="bullet">
/// <item>a name, or the beginning of names up to a dot: <c>"net.encoder": "encoder"</c> turns <c>net.encoder.0.weight</c> into
/// <c>encoder.0.weight</c>, and <c>"net": ""</c> takes a prefix away;</item>
/// <item>or, between slashes, a regular expression of .NET for a whole name, whose value may use its groups:
/// <c>"/conv(\\d)\\.(.*)/": "down.$1.l1.conv.$2"</c>.</item>
/// </list>
/// The value <c>null</c> leaves the weights out. nnU-Net's checkpoints, for example, need
/// <c>{"decoder.encoder": null, "/.*\\.all_modules\\..*/": null}</c>.
/// </remarks>
public sealed class NameMap
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Rule> rules;

    private NameMap(IReadOnlyList<Rule> rules) => this.rules = rules;

    private sealed record Rule(string Key, string? Value, Regex? Pattern)
    {
        public bool Fits(string name) => Pattern?.IsMatch(name)
            ?? (name == Key || (name.StartsWith(Key, StringComparison.Ordinal) && name.Length > Key.Length && name[Key.Length] == '.'));

        public string? Apply(string name) => Value is null ? null : Pattern is not null
            ? Pattern.Replace(name, Value)
            : (Value + name[Key.Length..]).TrimStart('.');
    }

    /// <summary>Reads rules from a file.</summary>
    /// <param name="path">JSON file.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InvalidDataException">The file is not such a JSON object, or a regular expression is wrong.</exception>
    public static NameMap Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads rules from a text.</summary>
    /// <param name="json">JSON object.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InvalidDataException">The text is not such a JSON object, or a regular expression is wrong.</exception>
    public static NameMap Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new([.. document.RootElement.EnumerateObject().Select(property => new Rule(
                property.Name.TrimEnd('.'),
                property.Value.GetString(),
                property.Name is ['/', .. var pattern, '/'] ? new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant, Patience) : null))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"a name map is a JSON object of texts, {{\"their name\": \"our name\"}}: {e.Message}", e);
        }
    }

    /// <summary>Maps names.</summary>
    /// <param name="names">Names as they were saved.</param>
    /// <returns>Saved name and new name, without those left out.</returns>
    /// <exception cref="InvalidDataException">Two names become one, or a rule fits no name.</exception>
    public IReadOnlyList<(string Saved, string Name)> Apply(IEnumerable<string> names)
    {
        var used = new HashSet<Rule>();
        var mapped = new List<(string Saved, string Name)>();
        var taken = new Dictionary<string, string>();
        foreach (var saved in names)
        {
            var rule = rules.FirstOrDefault(rule => rule.Fits(saved));
            if (rule is not null) used.Add(rule);
            if ((rule is null ? saved : rule.Apply(saved)) is not { } name) continue;
            if (!taken.TryAdd(name, saved)) throw new InvalidDataException($"the name map gives {taken[name]} and {saved} the same name, {name}.");
            mapped.Add((saved, name));
        }
        return rules.FirstOrDefault(rule => !used.Contains(rule)) is { } idle
            ? throw new InvalidDataException($"the name map's rule '{idle.Key}' fits no name: "
                + "look for a misspelling, or for an earlier rule that takes its names.")
            : mapped;
    }
}
