using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Package;

/// <summary>The NuGet package as its users get it: packed, restored and run.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class PackageTests(PackedLibrary packed) : IClassFixture<PackedLibrary>
{
    private const string Training = """
        using MarginNotebooks.Runtime;
        using MarginNotebooks.Studies;
        var run = Experiment.Run(
            new RunConfiguration { Dataset = "phantom", PhantomPatients = 10, Method = "mbls-5", Filters = 2, Epochs = 1, BatchSize = 8 },
            new ExperimentOptions { RunsFolder = "runs", Device = "cpu" });
        var said = $"{run.Epochs.Count} epoch, {run.Cases.Count > 0}, {RunCharts.Reliability([run]).ToHtml().Contains("ECE")}, {TorchRuntime.EnsureLoaded().Folder}";

        """;

    [Fact]
    public void It_holds_what_a_package_should()
    {
        using var package = ZipFile.OpenRead(packed.File);
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (var file in new[] { "lib/net10.0/MarginNotebooks.dll", "lib/net10.0/MarginNotebooks.xml", "README.md", "LICENSE" })
            Assert.Contains(file, files);
        Assert.True(File.Exists(Path.ChangeExtension(packed.File, ".snupkg")), "symbols");
        Assert.True(new FileInfo(packed.File).Length < 5_000_000);
        Assert.DoesNotContain("warning", packed.Messages);

        using var text = package.GetEntry("MarginNotebooks.nuspec")!.Open();
        var metadata = XDocument.Load(text).Root!.Elements().Single();
        string? Element(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal("MIT", Element("license"));
        Assert.Equal("README.md", Element("readme"));
        Assert.NotEmpty(Element("description")!);
    }

    [Fact]
    public void Its_dependencies_are_the_versions_it_was_built_with_and_libtorch_for_every_system()
    {
        using var package = ZipFile.OpenRead(packed.File);
        using var text = package.GetEntry("MarginNotebooks.nuspec")!.Open();
        var dependencies = XDocument.Load(text).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
        var central = XDocument.Load(Path.Combine(CommittedNotebooks.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(element => element.Attribute("Include")!.Value, element => element.Attribute("Version")!.Value);
        Assert.All(dependencies, dependency => Assert.Equal(central[dependency.Key], dependency.Value));
        foreach (var id in new[] { "TorchSharp", "libtorch-cpu-linux-x64", "libtorch-cpu-win-x64", "libtorch-cpu-osx-arm64", "Plotly.NET", "Deedle", "PureHDF" })
            Assert.Contains(id, dependencies.Keys);
    }

    [Fact]
    public void A_single_file_program_trains_with_it()
    {
        using var folder = new TemporaryFolder();
        packed.Configure(folder);
        File.WriteAllText(folder["app.cs"], $"#:package MarginNotebooks@{packed.Version}\n{Training}Console.WriteLine(said);\n");
        var ended = PackedLibrary.DotNet(folder.Path, "run", "--file", "app.cs");
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.StartsWith("1 epoch, True, True, ", ended.Output.Trim().Split('\n')[^1]);
    }

    /// <summary>
    /// As notebook engines do: restore, then load every assembly from NuGet's own folder into a script engine, with no build output and no
    /// help in finding native libraries.
    /// </summary>
    [Fact]
    public void A_script_engine_trains_with_it_from_the_package_folder()
    {
        using var folder = new TemporaryFolder();
        // The feed as the notebooks' own NuGet.Config names it.
        File.Copy(Path.Combine(CommittedNotebooks.Folder, "NuGet.Config"), folder["NuGet.Config"]);
        Directory.CreateDirectory(folder["packages"]);
        File.Copy(packed.File, Path.Combine(folder["packages"], Path.GetFileName(packed.File)));
        var scripting = CentralVersionOf("Microsoft.CodeAnalysis.CSharp.Scripting");
        File.WriteAllText(folder["session.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><RuntimeIdentifier>{PackedLibrary.RuntimeId}</RuntimeIdentifier></PropertyGroup>
              <ItemGroup><PackageReference Include="MarginNotebooks" Version="{packed.Version}" /></ItemGroup>
            </Project>
            """);
        Directory.CreateDirectory(folder["engine"]);
        File.WriteAllText(folder["engine/engine.cs"], $$"""
            #:package Microsoft.CodeAnalysis.CSharp.Scripting@{{scripting}}
            #:property PublishAot=false
            using System.Runtime.Loader;
            using Microsoft.CodeAnalysis.CSharp.Scripting;
            using Microsoft.CodeAnalysis.Scripting;
            var files = File.ReadAllLines(args[0]);
            var byName = files.ToDictionary(file => Path.GetFileNameWithoutExtension(file));
            AssemblyLoadContext.Default.Resolving += (context, name) => byName.TryGetValue(name.Name!, out var file) ? context.LoadFromAssemblyPath(file) : null;
            var state = await CSharpScript.RunAsync(File.ReadAllText(args[1]), ScriptOptions.Default.WithReferences(files).WithImports("System"));
            Console.WriteLine(state.ReturnValue);
            """);
        File.WriteAllText(folder["cell.csx"], Training + "said");
        var restored = PackedLibrary.DotNet(folder.Path, "restore", "session.csproj", "--nologo");
        Assert.True(restored.ExitCode == 0, restored.Output);
        File.WriteAllLines(folder["assemblies.txt"], Assemblies(folder["obj/project.assets.json"]));

        var ended = PackedLibrary.DotNet(folder.Path, "run", "--file", "engine/engine.cs", "--", folder["assemblies.txt"], folder["cell.csx"]);
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        var said = ended.Output.Trim().Split('\n')[^1];
        Assert.StartsWith("1 epoch, True, True, ", said);
        Assert.Contains($"libtorch-cpu-{PackedLibrary.RuntimeId}", said);
    }

    private static IEnumerable<string> Assemblies(string assets)
    {
        var json = JsonNode.Parse(File.ReadAllText(assets))!;
        var target = json["targets"]!.AsObject().Single(candidate => candidate.Key.Contains('/')).Value!.AsObject();
        return from library in target
               from file in library.Value!["runtime"]?.AsObject() ?? []
               where file.Key.EndsWith(".dll", StringComparison.Ordinal)
               select Path.Combine(PackedLibrary.PackagesFolder, (string)json["libraries"]![library.Key]!["path"]!, file.Key);
    }

    private static string CentralVersionOf(string package) => XDocument.Load(Path.Combine(CommittedNotebooks.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion").Single(element => element.Attribute("Include")!.Value == package).Attribute("Version")!.Value;
}
