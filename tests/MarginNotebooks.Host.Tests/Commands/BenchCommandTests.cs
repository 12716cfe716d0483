using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Commands;

public sealed class BenchCommandTests
{
    [Fact]
    public void The_clone_is_found_from_any_folder_inside_it()
    {
        var root = BenchCommand.FindRoot(AppContext.BaseDirectory);
        Assert.True(File.Exists(Path.Combine(root, "MarginNotebooks.sln")));
        Assert.Equal(root, BenchCommand.FindRoot(Path.Combine(root, "src", "MarginNotebooks.Host")));
    }

    [Fact]
    public void Outside_a_clone_one_sentence_says_so()
    {
        using var folder = new TemporaryFolder();
        var ended = Processes.Margin(folder.Path, "bench", "--list");
        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.Contains("lies in no clone", ended.Errors);
        Assert.Single(ended.Errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Without_an_SDK_one_sentence_names_it()
    {
        var start = Processes.MarginStart(BenchCommand.FindRoot(AppContext.BaseDirectory), "bench", "--list");
        start.Environment["DOTNET_HOST_PATH"] = "/does/not/exist/dotnet";
        var ended = Processes.Run(start);
        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
        Assert.Contains(".NET 10 SDK", ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
    }
}
