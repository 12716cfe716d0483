using MarginNotebooks.Models;

namespace MarginNotebooks.Tests.Models;

public sealed class NameMapTests
{
    [Fact]
    public void TheFirstRuleThatFitsIsApplied()
    {
        var map = NameMap.Parse("""{"/a\\.(\\d)\\.(.*)/": "b.$2.$1", "a.x": null, "a": "c", "deep.er": ""}""");
        Assert.Equal(
            [("a.1.w", "b.w.1"), ("a.y", "c.y"), ("a", "c"), ("ab.y", "ab.y"), ("deep.er.w", "w")],
            map.Apply(["a.1.w", "a.x.w", "a.y", "a", "ab.y", "deep.er.w"]));
    }

    [Fact]
    public void NnUNetsDoubledParametersAreLeftOut()
    {
        var map = NameMap.Parse("""{"decoder.encoder": null, "/.*\\.all_modules\\..*/": null}""");
        Assert.Equal(
            [("encoder.stages.0.0.convs.0.conv.weight", "encoder.stages.0.0.convs.0.conv.weight")],
            map.Apply(["encoder.stages.0.0.convs.0.conv.weight", "encoder.stages.0.0.convs.0.all_modules.0.weight", "decoder.encoder.stages.0.0.convs.0.conv.weight"]));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"a\": 1}")]
    [InlineData("{\"/(/\": \"b\"}")]
    [InlineData("nonsense")]
    public void OtherTextsAreRefused(string json) => Assert.Throws<InvalidDataException>(() => NameMap.Parse(json));

    [Fact]
    public void RulesWithoutUseAndNamesThatMeetAreErrors()
    {
        Assert.Contains("'decodr'", Assert.Throws<InvalidDataException>(() => NameMap.Parse("""{"decodr": "x"}""").Apply(["decoder.w"])).Message);
        Assert.Contains("a.w and b.w", Assert.Throws<InvalidDataException>(() => NameMap.Parse("""{"b": "a"}""").Apply(["a.w", "b.w"])).Message);
    }
}
