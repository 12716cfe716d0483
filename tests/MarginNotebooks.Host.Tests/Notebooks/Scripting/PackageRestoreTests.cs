using System.IO.Compression;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting;

/// <summary>Packages from a feed in a folder, restored by the built program; nothing is fetched from a network.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class PackageRestoreTests
{
    [Fact]
    public void A_package_with_a_native_library_is_restored_and_used()
    {
        const string native = "/lib/x86_64-linux-gnu/libm.so.6";
        if (!File.Exists(native))
            Assert.Skip($"The test borrows {native} as a native library.");
        using var folder = new TemporaryFolder();
        WriteFeed(folder, native);
        var notebook = TestNotebook.Write(
            folder,
            "nb.ipynb",
            TestNotebook.Code("1"),
            TestNotebook.Code("#r \"nuget: Probe.Lines, 1.2.3\"\nProbe.Lines.Greeting()"),
            TestNotebook.Code("Probe.Lines.Cosine(0)"));
        var first = Run(folder, notebook);
        Assert.True(first.ExitCode == ExitCodes.Success, first.Errors);
        Assert.Equal(["1", "hello from 1.2.3", "1"], first.Output.Trim().Split('\n'));
        Assert.Contains("restoring Probe.Lines", first.Errors);
        // From the cache the second time: the feed is not needed any more.
        Directory.Delete(folder["feed"], recursive: true);
        Assert.Equal(ExitCodes.Success, Run(folder, notebook).ExitCode);
    }

    [Fact]
    public void A_package_that_cannot_be_found_fails_the_cell_with_nugets_reason()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["feed"]);
        WriteConfig(folder);
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Code("\n#r \"nuget: No.Such.Package, 1.0.0\"\n1"));
        var ended = Run(folder, notebook);
        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
        Assert.Contains("Cell [1], line 2: could not restore No.Such.Package 1.0.0", ended.Errors);
        Assert.Contains("NU1101", ended.Errors);
    }

    [Fact]
    public async Task Packages_that_the_program_has_need_no_restore_whatever_version_is_asked_for()
    {
        var run = await TestRun.OfAsync(
            "#i \"nuget:/nowhere\"\n#r \"nuget: MarginNotebooks, 0.1.0\"\n#r \"nuget: Deedle, 1.0.0\"\n#r \"nuget: TorchSharp-cpu, 0.107.0\"\n"
            + "typeof(MarginNotebooks.Display.DisplaySink).Assembly == System.Runtime.Loader.AssemblyLoadContext.Default.Assemblies.Single(a => a.GetName().Name == \"MarginNotebooks\")");
        Assert.Equal(RunEnd.Completed, run.End);
        Assert.Equal("True", run.Text(1));
        Assert.StartsWith("the notebook asks for Deedle 1.0.0", Assert.Single(run.Heard.Notes));
    }

    [Fact]
    public async Task An_assembly_beside_the_notebook_is_referenced_and_copies_of_the_programs_own_are_not_loaded()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["lib"]);
        var name = $"Beside{Guid.NewGuid():N}";
        Compile(folder[$"lib/{name}.dll"], $"namespace {name}; public static class Value {{ public static int Of() => 42; }}");
        var run = await TestRun.InAsync(
            folder,
            [],
            TestNotebook.Code($"#r \"lib/{name}.dll\"\n#r \"lib/MarginNotebooks.dll\"\n{name}.Value.Of()"),
            TestNotebook.Code("\n#r \"lib/missing.dll\""));
        Assert.Equal("42", run.Text(1));
        Assert.Equal("DirectiveError", (string?)run.Outputs(2)[0]["ename"]);
        Assert.StartsWith("Cell [2], line 2: there is no assembly", (string?)run.Outputs(2)[0]["traceback"]![0]);
    }

    private static Finished Run(TemporaryFolder folder, string notebook)
    {
        var start = Processes.MarginStart(folder.Path, "notebook", "run", notebook);
        start.Environment["XDG_CACHE_HOME"] = folder["cache"];
        return Processes.Run(start);
    }

    private static void WriteFeed(TemporaryFolder folder, string native)
    {
        WriteConfig(folder);
        Directory.CreateDirectory(folder["feed"]);
        Compile(folder["Probe.Lines.dll"], """
            namespace Probe;
            public static class Lines
            {
                public static string Greeting() => "hello from 1.2.3";
                [System.Runtime.InteropServices.DllImport("marginprobe", EntryPoint = "cos")]
                public static extern double Cosine(double x);
            }
            """);
        using var package = ZipFile.Open(folder["feed/Probe.Lines.1.2.3.nupkg"], ZipArchiveMode.Create);
        package.CreateEntryFromFile(folder["Probe.Lines.dll"], "lib/net8.0/Probe.Lines.dll");
        package.CreateEntryFromFile(native, "runtimes/linux-x64/native/libmarginprobe.so");
        using var nuspec = new StreamWriter(package.CreateEntry("Probe.Lines.nuspec").Open());
        nuspec.Write("""
            <package><metadata><id>Probe.Lines</id><version>1.2.3</version><authors>test</authors><description>test</description></metadata></package>
            """);
    }

    private static void WriteConfig(TemporaryFolder folder) => File.WriteAllText(folder["NuGet.Config"], """
        <configuration>
          <config><add key="globalPackagesFolder" value="packages" /></config>
          <packageSources><clear /><add key="local" value="feed" /></packageSources>
          <fallbackPackageFolders><clear /></fallbackPackageFolders>
        </configuration>
        """);

    private static void Compile(string path, string source)
    {
        var result = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(source)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }
}
