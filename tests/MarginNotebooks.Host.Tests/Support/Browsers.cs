namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Tests that start browsers: one after the other, because some count them, or kill them.</summary>
[CollectionDefinition(Name)]
public sealed class Browsers
{
    public const string Name = "browsers";
}
