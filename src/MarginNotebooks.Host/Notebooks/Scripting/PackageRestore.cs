using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>Fetches packages that the running program does not have, with <c>dotnet restore</c> of a project made for the purpose.</summary>
/// <remarks>The project lives in the user's cache under a name that follows from its content, so the same request is restored once. It takes the
/// package sources that are configured for the notebook's folder.</remarks>
public static class PackageRestore
{
    /// <summary>Restores packages.</summary>
    /// <param name="packages">Packages to fetch together, so that their dependencies agree.</param>
    /// <param name="sources">Sources beside the configured ones.</param>
    /// <param name="notebookFolder">Folder whose <c>NuGet.Config</c> counts.</param>
    /// <param name="cancellation">Stops the restore.</param>
    /// <returns>The files that were brought.</returns>
    /// <exception cref="CellProblem">The restore failed; the message holds NuGet's own.</exception>
    public static async Task<RestoredAssets> RestoreAsync(
        IReadOnlyList<PackageReference> packages,
        IReadOnlyList<string> sources,
        string notebookFolder,
        CancellationToken cancellation)
    {
        var project = Project(packages, notebookFolder, sources.Select(source => Path.Exists(Path.Combine(notebookFolder, source))
            ? Path.GetFullPath(source, notebookFolder)
            : source));
        var folder = Path.Combine(CacheFolder(), Key(project));
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        var done = Path.Combine(folder, "restored");
        if (File.Exists(done) && TryRead(assets) is { } cached)
            return cached;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "notebook.csproj"), project, cancellation);
        // Build settings of a folder around the cache must not leak in.
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), "<Project />", cancellation);
        await RunRestoreAsync(folder, packages, cancellation);
        await File.WriteAllTextAsync(done, "", cancellation);
        return RestoredAssets.Read(assets, IsProvided);
    }

    private static bool IsProvided(string id) => HostPackages.VersionOf(id) is not null;

    private static RestoredAssets? TryRead(string assets)
    {
        try
        {
            return RestoredAssets.Read(assets, IsProvided);
        }
        catch (IOException)
        {
            return null; // the package folder was emptied since: restore again
        }
    }

    private static string Project(IReadOnlyList<PackageReference> packages, string configFolder, IEnumerable<string> sources) => new XElement("Project",
        new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement("PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.{Environment.Version.Minor}"),
            new XElement("RuntimeIdentifier", RuntimeInformation.RuntimeIdentifier),
            new XElement("SelfContained", "false"),
            new XElement("UseAppHost", "false"),
            new XElement("ManagePackageVersionsCentrally", "false"),
            new XElement("RestoreRootConfigDirectory", configFolder),
            new XElement("RestoreAdditionalProjectSources", string.Join(';', sources))),
        new XElement("ItemGroup", packages.Select(package => new XElement("PackageReference",
            new XAttribute("Include", package.Id),
            new XAttribute("Version", package.Version ?? "*"))))).ToString();

    private static async Task RunRestoreAsync(string folder, IReadOnlyList<PackageReference> packages, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(DotNet(), ["restore", "notebook.csproj", "--nologo", "-v", "quiet"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0)
                return;
            var said = (await output + await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct().Take(4);
            var names = string.Join(", ", packages.Select(package => $"{package.Id} {package.Version}".Trim()));
            throw new CellProblem(packages[0].Line, $"could not restore {names}:\n{string.Join('\n', said)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The dotnet command this program was started with, or the one on the path.</summary>
    private static string DotNet() =>
        Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? self
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string CacheFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
            cache = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "margin-notebooks", "packages");
    }

    private static string Key(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
}
