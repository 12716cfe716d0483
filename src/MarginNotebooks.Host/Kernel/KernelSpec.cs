using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Kernel;

/// <summary>A kernel as Jupyter finds it: a folder <c>kernels/NAME</c> with <c>kernel.json</c>.</summary>
/// <param name="Name">Name of the folder.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Command">The program that it starts, with its arguments.</param>
public sealed partial record KernelSpec(string Name, string Folder, IReadOnlyList<string> Command)
{
    /// <summary>The name when none is given.</summary>
    public const string DefaultName = "margin-csharp";

    private const string Mark = "margin_notebooks";
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the program is still where it was when the kernel was installed.</summary>
    public bool CommandExists =>
        Command.Count > 0 && Command.TakeWhile((part, at) => at == 0 || part.EndsWith(".dll", StringComparison.Ordinal)).All(File.Exists);

    /// <summary>Installs this program as a kernel, over an earlier one of the same name.</summary>
    /// <param name="data">Folder of Jupyter data.</param>
    /// <param name="name">Name of the kernel.</param>
    /// <param name="interruptMode"><c>message</c> or <c>signal</c>: how Jupyter asks a cell to stop.</param>
    /// <returns>What was installed.</returns>
    /// <exception cref="CommandException">The name is not one, or belongs to another program's kernel.</exception>
    public static KernelSpec Install(string data, string name, string interruptMode)
    {
        var folder = FolderOf(data, name);
        if (File.Exists(FileIn(folder)) && TryRead(folder) is null)
            throw new CommandException($"'{folder}' is a kernel of another program; choose another --name.");
        var program = RunningProgram.Command();
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray([.. program, "kernel", "start", "-f", "{connection_file}"]),
            ["display_name"] = name == DefaultName ? "C# (Margin Notebooks)" : $"C# (Margin Notebooks, {name})",
            ["language"] = "C#",
            ["interrupt_mode"] = interruptMode,
            ["env"] = new JsonObject { ["DOTNET_ROOT"] = RunningProgram.DotNetRoot() },
            ["metadata"] = new JsonObject { ["debugger"] = false, [Mark] = new JsonObject { ["version"] = KitVersions.Kit.Split('+')[0] } },
        };
        foreach (var picture in new[] { "logo-64x64.png", "logo-svg.svg" })
        {
            using var source = typeof(KernelSpec).Assembly.GetManifestResourceStream(picture)!;
            WholeFile.Write(Path.Combine(folder, picture), source.CopyTo);
        }
        // Last: the folder is a kernel from the moment this file is there.
        WholeFile.WriteText(FileIn(folder), spec.ToJsonString(s_json) + "\n");
        return TryRead(folder)!;
    }

    /// <summary>Removes a kernel that was installed by this program.</summary>
    /// <param name="data">Folder of Jupyter data.</param>
    /// <param name="name">Name of the kernel.</param>
    /// <returns>The folder that was removed.</returns>
    /// <exception cref="CommandException">There is none, or it belongs to another program.</exception>
    public static string Uninstall(string data, string name)
    {
        var folder = FolderOf(data, name);
        if (!File.Exists(FileIn(folder)))
            throw new CommandException($"there is no kernel '{name}' in '{data}'; 'margin kernel list' shows those there are.");
        if (TryRead(folder) is null)
            throw new CommandException($"'{folder}' is a kernel of another program, and is left alone.");
        Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>The kernels of this program in all folders of Jupyter data.</summary>
    /// <returns>Kernels, the user's first.</returns>
    public static IReadOnlyList<KernelSpec> List() =>
    [
        .. from data in JupyterFolders.All()
           let kernels = Path.Combine(data, "kernels")
           where Directory.Exists(kernels)
           from folder in Directory.EnumerateDirectories(kernels).Order(StringComparer.Ordinal)
           let spec = TryRead(folder)
           where spec is not null
           select spec,
    ];

    private static string FileIn(string folder) => Path.Combine(folder, "kernel.json");

    private static string FolderOf(string data, string name) => NamePattern().IsMatch(name)
        ? Path.Combine(data, "kernels", name)
        : throw new CommandException($"'{name}' cannot name a kernel: use letters, digits, '.', '-' and '_'.", ExitCodes.Usage);

    /// <summary>Reads a kernel; null when it is none of this program.</summary>
    private static KernelSpec? TryRead(string folder)
    {
        try
        {
            var spec = JsonNode.Parse(File.ReadAllText(FileIn(folder)));
            return spec?["metadata"]?[Mark] is null
                ? null
                : new KernelSpec(Path.GetFileName(folder), folder, [.. spec["argv"]!.AsArray().Select(part => (string?)part ?? "")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    private static partial Regex NamePattern();
}
