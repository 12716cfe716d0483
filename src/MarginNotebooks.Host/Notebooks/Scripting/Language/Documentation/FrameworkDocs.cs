using System.Globalization;
using Microsoft.CodeAnalysis;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>Documentation of the framework's own assemblies, which lies in the SDK's reference pack under the names of other assemblies.</summary>
internal sealed class FrameworkDocs : DocumentationProvider
{
    private readonly Lazy<IReadOnlyDictionary<string, DocFile>> _fileOfType;

    /// <summary>Documentation from a folder.</summary>
    /// <param name="folder">Folder with XML files; null where no SDK is installed: nothing is found then.</param>
    internal FrameworkDocs(string? folder) => _fileOfType = new(() => Index(folder));

    /// <summary>The documentation of the framework that runs this program.</summary>
    public static FrameworkDocs Shared { get; } = new(ReferencePack());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <summary>The folder of the reference pack that fits the running framework, in the SDK or in the package cache.</summary>
    /// <returns>Folder; null when there is none.</returns>
    internal static string? ReferencePack()
    {
        // ROOT/shared/Microsoft.NETCore.App/10.0.1/System.Private.CoreLib.dll
        var shared = Path.GetDirectoryName(typeof(object).Assembly.Location);
        if (string.IsNullOrEmpty(shared))
            return null;
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string[] places =
        [
            Path.GetFullPath(Path.Combine(shared, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref")),
            Path.Combine(packages, "microsoft.netcore.app.ref"),
        ];
        var version = string.Create(CultureInfo.InvariantCulture, $"{Environment.Version.Major}.{Environment.Version.Minor}");
        return places.Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateDirectories(place, version + ".*").OrderDescending(StringComparer.Ordinal))
            .Select(pack => Path.Combine(pack, "ref", "net" + version))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "System.Runtime.xml")));
    }

    /// <inheritdoc/>
    protected override string? GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken)
    {
        var name = documentationMemberID[2..].Split('(')[0];
        for (var type = name; type.Length > 0; type = type.LastIndexOf('.') is var dot and > 0 ? type[..dot] : "")
            if (_fileOfType.Value.TryGetValue(type, out var file))
                return file.Find(documentationMemberID, cancellationToken);
        return null;
    }

    /// <summary>Which file describes which type.</summary>
    private static Dictionary<string, DocFile> Index(string? folder)
    {
        const string mark = "<member name=\"T:";
        var index = new Dictionary<string, DocFile>();
        foreach (var path in folder is null ? [] : Directory.EnumerateFiles(folder, "*.xml"))
        {
            var file = new DocFile(path);
            foreach (var line in File.ReadLines(path))
                if (line.AsSpan().TrimStart().StartsWith(mark) && line.IndexOf(mark, StringComparison.Ordinal) + mark.Length is var start)
                    index.TryAdd(line[start..line.IndexOf('"', start)], file);
        }
        return index;
    }
}
