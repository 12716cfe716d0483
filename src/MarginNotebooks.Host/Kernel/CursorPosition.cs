namespace MarginNotebooks.Host.Kernel;

/// <summary>Positions in code: the protocol counts Unicode characters, C# counts UTF-16 units, of which an emoji has two.</summary>
public static class CursorPosition
{
    /// <summary>The offset in a C# string.</summary>
    /// <param name="code">The text.</param>
    /// <param name="characters">Characters before the position; beyond the text counts as its end.</param>
    /// <returns>UTF-16 units before it.</returns>
    public static int ToUtf16(string code, int characters)
    {
        var at = 0;
        for (var i = 0; i < characters && at < code.Length; i++)
            at += char.IsSurrogatePair(code, at) ? 2 : 1;
        return at;
    }

    /// <summary>The position as the protocol counts.</summary>
    /// <param name="code">The text.</param>
    /// <param name="units">UTF-16 units before the position.</param>
    /// <returns>Characters before it.</returns>
    public static int ToCharacters(string code, int units)
    {
        var count = 0;
        for (var at = 0; at < Math.Min(units, code.Length); count++)
            at += char.IsSurrogatePair(code, at) ? 2 : 1;
        return count;
    }
}
