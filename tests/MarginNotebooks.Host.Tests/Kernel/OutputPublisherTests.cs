using System.Text.Json.Nodes;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Tests.Kernel;

public sealed class OutputPublisherTests
{
    private static readonly byte[] s_one = """{"msg_id":"1"}"""u8.ToArray();
    private static readonly byte[] s_two = """{"msg_id":"2"}"""u8.ToArray();
    private readonly List<(string Parent, string Type, string Text)> _sent = [];
    private readonly OutputPublisher _publisher;

    public OutputPublisherTests() => _publisher = new OutputPublisher(new MessageCodec(new MessageSigner("")), frames =>
    {
        var type = (string)JsonNode.Parse(frames[3])!["msg_type"]!;
        lock (_sent)
            _sent.Add(((string)JsonNode.Parse(frames[4])!["msg_id"]!, type, (string?)JsonNode.Parse(frames[6])!["text"] ?? ""));
    });

    [Fact]
    public void Text_is_joined_and_nothing_overtakes_it()
    {
        _publisher.Write(s_one, "stdout", "a");
        _publisher.Write(s_one, "stdout", "b");
        _publisher.Write(s_one, "stderr", "c");
        _publisher.Write(s_two, "stderr", "d");
        _publisher.Publish(s_one, "display_data", []);
        Assert.Equal([("1", "stream", "ab"), ("1", "stream", "c"), ("2", "stream", "d"), ("1", "display_data", "")], _sent);
    }

    [Fact]
    public async Task Waiting_text_leaves_by_itself()
    {
        _publisher.Write(s_one, "stdout", "a");
        Assert.Empty(_sent);
        for (var i = 0; i < 200; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            lock (_sent)
                if (_sent.Count > 0)
                    break;
        }
        Assert.Equal([("1", "stream", "a")], _sent);
    }

    [Fact]
    public void A_character_in_two_halves_travels_whole()
    {
        _publisher.Write(s_one, "stdout", "x\ud83d");
        _publisher.Flush();
        _publisher.Write(s_one, "stdout", "\ude00");
        _publisher.Flush();
        Assert.Equal(["x", "😀"], _sent.Select(message => message.Text));
    }

    [Fact]
    public void Many_threads_lose_nothing()
    {
        Parallel.For(0, 20_000, i => _publisher.Write(i % 2 == 0 ? s_one : s_two, "stdout", $"{i}\n"));
        _publisher.Flush();
        var numbers = string.Concat(_sent.Select(message => message.Text)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
        Assert.Equal(Enumerable.Range(0, 20_000), numbers.Order());
        Assert.All(_sent, message => Assert.All(
            message.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(message.Parent, int.Parse(line) % 2 == 0 ? "1" : "2")));
    }
}
