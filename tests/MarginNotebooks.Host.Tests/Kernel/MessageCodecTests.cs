using System.Text;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Tests.Kernel;

public sealed class MessageCodecTests
{
    private static readonly byte[][] s_client = [[0, 1, 255], Encoding.UTF8.GetBytes("<IDS")];

    [Fact]
    public void The_signature_is_the_published_HMAC()
    {
        // RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?", here in four parts.
        var parts = new[] { "what do ya ", "want ", "for ", "nothing?" }.Select(Encoding.ASCII.GetBytes).ToArray();
        var signature = new MessageSigner("Jefe").Sign(parts);
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Encoding.ASCII.GetString(signature));
        Assert.True(new MessageSigner("Jefe").Verify(signature, parts));
        Assert.False(new MessageSigner("jefe").Verify(signature, parts));
        Assert.False(new MessageSigner("Jefe").Verify(signature.AsSpan(0, 63), parts));
    }

    [Fact]
    public void A_message_comes_back_as_it_was_sent()
    {
        var codec = new MessageCodec(new MessageSigner("key"));
        var content = new JsonObject { ["code"] = "\"ü😀\" // <b>", ["n"] = 1.5 };
        var frames = codec.Encode(s_client, """{"msg_id": "parent"}"""u8.ToArray(), "execute_request", content);
        var message = codec.Decode(frames);
        Assert.Equal(s_client, message.Identities);
        Assert.Equal("execute_request", message.Type);
        Assert.Equal(content.ToJsonString(), message.Content.ToJsonString());
        Assert.Equal(frames[4], message.Header);
        Assert.Equal("""{"msg_id": "parent"}""", Encoding.UTF8.GetString(frames[5]));
    }

    [Fact]
    public void A_message_counts_once_and_only_unchanged()
    {
        var codec = new MessageCodec(new MessageSigner("key"));
        var frames = codec.Encode([], [], "a_request", new JsonObject { ["x"] = 1 });
        var changed = frames.ToArray();
        changed[5] = """{"x":2}"""u8.ToArray();
        Assert.Contains("signature is wrong", Assert.Throws<InvalidDataException>(() => codec.Decode(changed)).Message);
        codec.Decode(frames);
        Assert.Contains("came before", Assert.Throws<InvalidDataException>(() => codec.Decode(frames)).Message);
    }

    [Fact]
    public void Without_a_key_nothing_is_signed()
    {
        var codec = new MessageCodec(new MessageSigner(""));
        var frames = codec.Encode([], [], "a_request", []);
        Assert.Empty(frames[1]);
        codec.Decode(frames);
        codec.Decode(frames);
    }

    [Theory]
    [InlineData("no JSON", "{}")]
    [InlineData("[1]", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("""{"msg_id": 5, "msg_type": "x"}""", "{}")]
    [InlineData("""{"msg_id": "5", "msg_type": "x"}""", "7")]
    public void What_is_no_message_is_refused(string header, string content)
    {
        byte[][] frames = [.. new[] { "<IDS|MSG>", "", header, "{}", "{}", content }.Select(Encoding.UTF8.GetBytes)];
        Assert.Throws<InvalidDataException>(() => new MessageCodec(new MessageSigner("")).Decode(frames));
        Assert.Throws<InvalidDataException>(() => new MessageCodec(new MessageSigner("")).Decode(frames[..5]));
    }

    [Fact]
    public void Old_signatures_are_forgotten_in_their_order()
    {
        var seen = new SeenSignatures(capacity: 2);
        Assert.True(seen.Add([1]));
        Assert.True(seen.Add([2]));
        Assert.True(seen.Add([3]));
        Assert.False(seen.Add([3]));
        Assert.True(seen.Add([1]));
    }
}
