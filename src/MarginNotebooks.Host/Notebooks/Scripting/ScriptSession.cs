using System.Text;
using MarginNotebooks.Host.Notebooks.Scripting.Language;
using MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;
using MarginNotebooks.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>C# that is run cell by cell, each seeing what the ones before declared.</summary>
public sealed class ScriptSession : IDisposable
{
    private static readonly string[] s_imports =
    [
        "System", "System.IO", "System.Linq", "System.Collections.Generic", "System.Threading.Tasks", typeof(NotebookFunctions).FullName!,
    ];

    private readonly string _folder;
    private readonly Action<string> _note;
    private readonly ScriptThread _thread = new();
    private readonly LoadedLibraries _libraries = new();
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly List<PackageReference> _packages = [];
    private readonly List<string> _sources = [];
    private readonly HashSet<string> _provided;
    private readonly ScriptOptions _options;
    private readonly MetadataReference[] _platform;
    private readonly List<MetadataReference> _newReferences;
    private ScriptState<object?>? _state;

    /// <summary>Starts a session.</summary>
    /// <param name="folder">Folder of the notebook: relative paths in <c>#r</c> and <c>#load</c> start there.</param>
    /// <param name="note">Takes remarks meant for the user, for example that another version of a package is used.</param>
    public ScriptSession(string folder, Action<string> note)
    {
        _folder = folder;
        _note = note;
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        _provided = new(platform.Select(path => Path.GetFileNameWithoutExtension(path)), StringComparer.OrdinalIgnoreCase);
        _platform = [.. platform.Select(DocumentedReference.To)];
        _newReferences = [.. _platform];
        var sources = ScriptSourceResolver.Default.WithBaseDirectory(folder);
        var metadata = ScriptMetadataResolver.Default.WithBaseDirectory(folder);
        _options = ScriptOptions.Default
            .WithImports(s_imports)
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithSourceResolver(sources)
            .WithMetadataResolver(metadata)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithAllowUnsafe(true)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8);
        Language = new LanguageService(
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, usings: s_imports, allowUnsafe: true)
                .WithSourceReferenceResolver(sources)
                .WithMetadataReferenceResolver(metadata),
            _platform);
    }

    /// <summary>Completion, descriptions and completeness of code, in view of what has run here.</summary>
    public LanguageService Language { get; }

    /// <summary>Runs a cell.</summary>
    /// <param name="number">Number of the cell, for messages.</param>
    /// <param name="source">Its text.</param>
    /// <param name="cancellation">Stops a package restore; running code has to watch <see cref="RunCancellation.Token"/> itself.</param>
    /// <param name="entering">Called on the cells' thread before the code starts.</param>
    /// <returns>Value or error; the task itself does not fail.</returns>
    public async Task<CellResult> RunAsync(int number, string source, CancellationToken cancellation, Action? entering = null)
    {
        try
        {
            var directives = ScriptDirectives.Read(source);
            await AddPackagesAsync(directives, cancellation);
            AddFiles(directives);
            // A cell inherits the references of those before it. Handed to each anew, they would pile up: gigabytes after a thousand cells.
            MetadataReference[] references = [.. _newReferences];
            var options = _options.WithFilePath(CellName.Of(number)).WithReferences(references);
            _state = await _thread.RunAsync(() =>
            {
                entering?.Invoke();
                return StartAsync(directives, options);
            });
            _newReferences.Clear();
            Language.Ran(new RanCell(directives.Code, [.. references.Except(_platform)]));
            return _state.Exception is { } thrown
                ? new CellResult(null, CellErrors.Runtime(number, source, thrown), directives.Timed)
                : new CellResult(_state.ReturnValue ?? NullResult.Of(_state.Script), null, directives.Timed);
        }
        catch (CompilationErrorException e)
        {
            return new CellResult(null, UsingDeclarations.Find(source) is { } problem
                ? CellErrors.Compilation(number, source, problem)
                : CellErrors.Compilation(number, source, e.Diagnostics));
        }
        catch (CellProblem problem)
        {
            return new CellResult(null, CellErrors.Directive(number, source, problem));
        }
        catch (Exception e)
        {
            return new CellResult(null, CellErrors.Runtime(number, source, e));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Language.Dispose();
        _thread.Dispose();
        _libraries.Dispose();
        _loader.Dispose();
    }

    /// <summary>Compiles and starts code on the calling thread. The state is kept also when the code throws: what ran before has happened.</summary>
    private Task<ScriptState<object?>> StartAsync(ScriptDirectives cell, ScriptOptions options)
    {
        // Asked first, TorchSharp would look for a missing library by copying hundreds of megabytes, and report a page of text.
        if (cell.NamesTorch)
            TorchRuntime.EnsureLoaded();
        // A setting of the thread: libtorch may have been loaded on another one.
        if (TorchRuntime.Report is not null)
            TorchRuntime.FlushDenormals();
        return _state is null
            ? CSharpScript.Create<object?>(cell.Code, options, assemblyLoader: _loader)
                .RunAsync(globals: null, catchException: _ => true, CancellationToken.None)
            : _state.Script.ContinueWith<object?>(cell.Code, options)
                .RunFromAsync(_state, catchException: _ => true, CancellationToken.None);
    }

    private async Task AddPackagesAsync(ScriptDirectives directives, CancellationToken cancellation)
    {
        _sources.AddRange(directives.Sources.Except(_sources));
        List<PackageReference> missing = [];
        foreach (var package in directives.Packages)
        {
            if (HostPackages.VersionOf(package.Id) is { } provided)
            {
                if (package.Version is not null && package.Version != provided)
                    _note($"the notebook asks for {package.Id} {package.Version}; the running program's {provided} is used");
            }
            else if (!_packages.Any(known => known.Id.Equals(package.Id, StringComparison.OrdinalIgnoreCase)))
                missing.Add(package);
        }
        if (missing.Count == 0)
            return;
        _note($"restoring {string.Join(", ", missing.Select(package => package.Id))}");
        // All packages so far together, so that their dependencies agree.
        var assets = await PackageRestore.RestoreAsync([.. missing, .. _packages], _sources, _folder, cancellation);
        _packages.AddRange(missing);
        _libraries.Add(assets);
        AddReferences(assets.Assemblies);
    }

    private void AddFiles(ScriptDirectives directives)
    {
        foreach (var (file, line) in directives.Files)
        {
            var path = Path.GetFullPath(file, _folder);
            if (_provided.Contains(Path.GetFileNameWithoutExtension(path)))
                continue; // a type must exist once: the program's own assembly stands for its copies elsewhere
            if (!File.Exists(path))
                throw new CellProblem(line, $"there is no assembly '{path}'.");
            _libraries.Add(path);
            AddReferences([path]);
        }
    }

    private void AddReferences(IEnumerable<string> files)
    {
        foreach (var file in files)
            if (_provided.Add(Path.GetFileNameWithoutExtension(file)))
                _newReferences.Add(DocumentedReference.To(file));
    }
}
