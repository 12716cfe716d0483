using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>The report on what the kit runs on, and how it fails.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class DoctorTests
{
    [Fact]
    public void A_working_installation_is_ready()
    {
        var ended = Processes.Margin("/", "doctor");
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Output + ended.Errors);
        foreach (var subject in new[] { "libtorch", "libstdc++", "device", "threads", KitVersions.TorchSharp, KitVersions.LibTorch })
            Assert.Contains(subject, ended.Output);
        Assert.EndsWith("Ready.\n", ended.Output);
    }

    [Fact]
    public void Libtorch_from_a_folder_of_the_users_own_is_used()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("The package's libtorch stands in for a PyTorch installation on Linux only.");
        using var folder = new TemporaryFolder();
        var package = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        foreach (var file in Directory.GetFiles(package).Where(file => !file.EndsWith("libLibTorchSharp.so", StringComparison.Ordinal)))
            File.CreateSymbolicLink(folder[Path.GetFileName(file)], file);
        var ended = Doctor(folder.Path);
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Output + ended.Errors);
        Assert.Contains("of your own (LIBTORCH)", ended.Output);
        Assert.Contains(folder.Path, ended.Output);
    }

    [Theory]
    [InlineData("doctor", ExitCodes.Failed)]
    [InlineData("train --method ce --phantom-patients 10", ExitCodes.Failed)]
    public void A_folder_without_libtorch_is_said_in_one_sentence(string arguments, int exitCode)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Names of the libraries are those of Linux.");
        using var folder = new TemporaryFolder();
        var start = Processes.MarginStart("/", arguments.Split(' '));
        start.Environment["LIBTORCH"] = folder.Path;
        var ended = Processes.Run(start);
        Assert.Equal(exitCode, ended.ExitCode);
        var said = ended.Output + ended.Errors;
        Assert.Contains($"LIBTORCH names '{folder.Path}', which holds no libtorch_cpu.so", said);
        Assert.DoesNotContain("   at ", said);
    }

    private static Finished Doctor(string libtorch)
    {
        var start = Processes.MarginStart("/", "doctor");
        start.Environment["LIBTORCH"] = libtorch;
        return Processes.Run(start);
    }
}
