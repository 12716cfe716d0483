using System.Diagnostics;
using System.Runtime.InteropServices;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Package;

/// <summary>The library, packed once for all tests into a feed of its own, under a version that no other package has.</summary>
public sealed class PackedLibrary : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedLibrary()
    {
        Version = $"0.1.0-test{Guid.NewGuid():N}"[..24];
        var ended = DotNet(
            CommittedNotebooks.Root, "pack", "src/MarginNotebooks", "-c", "Release", "--nologo", "-o", Feed,
            "--artifacts-path", _folder["artifacts"], $"-p:Version={Version}");
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Messages = ended.Output;
    }

    public string Version { get; }

    /// <summary>What <c>dotnet pack</c> printed.</summary>
    public string Messages { get; }

    public string Feed => _folder["feed"];

    public string File => Path.Combine(Feed, $"MarginNotebooks.{Version}.nupkg");

    /// <summary>NuGet's folder of unpacked packages.</summary>
    public static string PackagesFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Runs <c>dotnet</c> without any setting of the tests.</summary>
    internal static Finished DotNet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder };
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(variable);
        start.Environment["OMP_NUM_THREADS"] = "1";
        // A server that outlives the command would hold its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        return Processes.Run(start);
    }

    /// <summary>Makes a folder from which NuGet sees this feed beside the configured ones.</summary>
    internal void Configure(TemporaryFolder folder) => System.IO.File.WriteAllText(folder["nuget.config"], $"""
        <configuration>
          <packageSources><add key="packed" value="{Feed}" /></packageSources>
        </configuration>
        """);

    public void Dispose()
    {
        _folder.Dispose();
        var unpacked = Path.Combine(PackagesFolder, "marginnotebooks", Version);
        if (Directory.Exists(unpacked))
            Directory.Delete(unpacked, recursive: true);
    }

    /// <summary>NuGet's name of this system.</summary>
    internal static string RuntimeId => (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
}
