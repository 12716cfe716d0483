using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Kernel;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Kernel;

public sealed class ConnectionFileTests
{
    internal const string Text =
        """
        {
          "shell_port": 5001, "iopub_port": 5002, "stdin_port": 5003, "control_port": 5004, "hb_port": 5005,
          "ip": "127.0.0.1", "key": "k-1", "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "margin-csharp"
        }
        """;

    [Fact]
    public void A_file_of_a_client_is_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["c.json"], Text);
        var file = ConnectionFile.Load(folder["c.json"]);
        Assert.Equal((5001, 5002, 5003, 5004, 5005), (file.ShellPort, file.IopubPort, file.StdinPort, file.ControlPort, file.HeartbeatPort));
        Assert.Equal(("tcp://127.0.0.1:5001", "k-1"), (file.Address(file.ShellPort), file.Key));
    }

    [Theory]
    [InlineData("5003", "0", "stdin_port is '0'")]
    [InlineData("5003", "70000", "stdin_port is '70000'")]
    [InlineData("5003", "\"5003\"", "stdin_port is '\"5003\"'")]
    [InlineData("\"hb_port\"", "\"other\"", "hb_port is missing")]
    [InlineData("\"tcp\"", "\"ipc\"", "transport is 'ipc'")]
    [InlineData("\"tcp\"", "\"udp\"", "transport is 'udp'")]
    [InlineData("hmac-sha256", "hmac-md5", "signature_scheme is 'hmac-md5'")]
    [InlineData("\"k-1\"", "7", "key is '7'")]
    [InlineData("{", "", "is not JSON")]
    public void What_is_wrong_is_named_with_file_and_value(string old, string changed, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["c.json"], Text.Replace(old, changed));
        var error = Assert.Throws<CommandException>(() => ConnectionFile.Load(folder["c.json"]));
        Assert.Contains(folder["c.json"], error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<CommandException>(() => ConnectionFile.Load("/no/such/file.json"));
        Assert.Contains("/no/such/file.json", error.Message);
    }
}
