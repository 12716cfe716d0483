using RoslynItem = Microsoft.CodeAnalysis.Completion.CompletionItem;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Picks the items that fit what was typed so far.</summary>
internal static class CompletionFilter
{
    /// <summary>Items that start with the typed text; where there are none, those whose capitals or words it abbreviates, or that contain it.</summary>
    /// <param name="items">What is possible here, in Roslyn's order.</param>
    /// <param name="typed">Text between the start of the item and the cursor.</param>
    /// <returns>What fits, exact case first.</returns>
    public static IReadOnlyList<RoslynItem> Fitting(IEnumerable<RoslynItem> items, string typed)
    {
        if (typed.Length == 0)
            return [.. items];
        var ranked = items.Select(item => (Item: item, Rank: Rank(item.FilterText, typed))).Where(pair => pair.Rank < int.MaxValue).ToList();
        // Front ends complete to the longest common start, which a single looser match would spoil.
        var loosest = ranked.Any(pair => pair.Rank <= 1) ? 1 : int.MaxValue;
        return [.. ranked.Where(pair => pair.Rank <= loosest).OrderBy(pair => pair.Rank).Select(pair => pair.Item)];
    }

    private static int Rank(string name, string typed) =>
        name.StartsWith(typed, StringComparison.Ordinal) ? 0
        : name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 1
        : IsAbbreviation(name, typed) ? 2
        : name.Contains(typed, StringComparison.OrdinalIgnoreCase) ? 3
        : int.MaxValue;

    /// <summary>Whether the letters typed are starts of successive words of the name: <c>WL</c> or <c>wrli</c> for <c>WriteLine</c>.</summary>
    private static bool IsAbbreviation(string name, string typed, int at = 0, int from = 0)
    {
        if (at == typed.Length)
            return true;
        for (var i = from; i < name.Length; i++)
        {
            if (!IsWordStart(name, i) || !Same(name[i], typed[at]))
                continue;
            for (var length = 1; at + length <= typed.Length && i + length <= name.Length && Same(name[i + length - 1], typed[at + length - 1]); length++)
                if (IsAbbreviation(name, typed, at + length, i + length))
                    return true;
        }
        return false;
    }

    private static bool IsWordStart(string name, int i) =>
        i == 0 || (char.IsLetterOrDigit(name[i]) && !char.IsLetterOrDigit(name[i - 1])) || (char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]));

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
