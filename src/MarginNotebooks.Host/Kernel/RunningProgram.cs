using System.Runtime.InteropServices;

namespace MarginNotebooks.Host.Kernel;

/// <summary>How this program is started again.</summary>
public static class RunningProgram
{
    /// <summary>The command: the program file beside the assembly where there is one, else <c>dotnet margin.dll</c>.</summary>
    /// <returns>Absolute paths.</returns>
    public static IReadOnlyList<string> Command()
    {
        var folder = AppContext.BaseDirectory;
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "margin.exe" : "margin");
        return File.Exists(program)
            ? [program]
            : [Path.Combine(DotNetRoot(), OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), Path.Combine(folder, "margin.dll")];
    }

    /// <summary>The folder of the .NET installation that runs this program.</summary>
    /// <returns>A folder that holds <c>shared/Microsoft.NETCore.App</c>.</returns>
    public static string DotNetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Whether the program runs from a folder that a build writes, for example through <c>dotnet run</c>.</summary>
    public static bool IsBuildOutput
    {
        get
        {
            var parts = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
            return parts.Index().Any(part => part.Item == "bin" && part.Index + 1 < parts.Length && parts[part.Index + 1] is ("Debug" or "Release"))
                && !parts.Contains("publish");
        }
    }
}
