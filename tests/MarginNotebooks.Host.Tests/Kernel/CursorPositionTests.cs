using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Tests.Kernel;

public sealed class CursorPositionTests
{
    [Theory]
    [InlineData("abc", 2, 2)]
    [InlineData("a😀b", 1, 1)]
    [InlineData("a😀b", 2, 3)]
    [InlineData("a😀b", 3, 4)]
    [InlineData("a😀b", 99, 4)]
    [InlineData("", 0, 0)]
    public void Characters_and_units_are_told_apart(string code, int characters, int units)
    {
        Assert.Equal(units, CursorPosition.ToUtf16(code, characters));
        Assert.Equal(Math.Min(characters, code.EnumerateRunes().Count()), CursorPosition.ToCharacters(code, units));
    }
}
