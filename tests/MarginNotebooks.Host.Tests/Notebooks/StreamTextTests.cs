using MarginNotebooks.Host.Notebooks;

namespace MarginNotebooks.Host.Tests.Notebooks;

public sealed class StreamTextTests
{
    [Theory]
    [InlineData("plain\n", "plain\n")]
    [InlineData("a\rb", "b")]
    [InlineData("a\rb\r\nc\r", "b\nc")]
    [InlineData("a\r\rb\nc", "b\nc")]
    public void Only_what_stayed_visible_is_kept(string written, string kept) => Assert.Equal(kept, StreamText.Settled(written));
}
