using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>
/// The session as Roslyn's workspace sees it, immutable: one submission for each of the latest cells and one that sums up all older ones.
/// </summary>
/// <remarks>Every name is looked up in every submission, so that a chain of a thousand would take seconds to answer; see <see cref="SessionSummary"/>.</remarks>
internal sealed class SubmissionChain
{
    /// <summary>Length at which the older part is summed up. Measured: 200 links make the completion of an identifier twenty times slower.</summary>
    internal const int LongestChain = 12;

    private const int KeptWhole = 6;
    private static readonly CSharpParseOptions s_parse = ScriptSyntax.Options.WithDocumentationMode(DocumentationMode.Parse);
    private static readonly MefHostServices s_services = MefHostServices.DefaultHost;

    private readonly CSharpCompilationOptions _options;
    private readonly ImmutableArray<MetadataReference> _references;
    private readonly ImmutableArray<(RanCell Cell, ProjectId Project)> _links;
    private readonly Solution _solution;

    private SubmissionChain(
        CSharpCompilationOptions options,
        ImmutableArray<MetadataReference> references,
        ImmutableArray<(RanCell, ProjectId)> links,
        Solution solution)
    {
        _options = options;
        _references = references;
        _links = links;
        _solution = solution;
    }

    /// <summary>Number of submissions.</summary>
    public int Length => _links.Length;

    /// <summary>A chain without any cell.</summary>
    /// <param name="options">How cells are compiled: imports and resolvers of <c>#load</c> and <c>#r</c>.</param>
    /// <param name="references">References that are there from the start.</param>
    /// <returns>The chain.</returns>
    public static SubmissionChain Start(CSharpCompilationOptions options, IReadOnlyList<MetadataReference> references)
    {
        var empty = new SubmissionChain(options, [], [], new AdhocWorkspace(s_services).CurrentSolution);
        // References come with an empty cell of their own: given to every submission they would be copied along, quadratically.
        return empty.With(new RanCell("", references));
    }

    /// <summary>The chain after one more cell has run.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The longer chain, summed up where it became too long.</returns>
    public async Task<SubmissionChain> AppendAsync(RanCell cell, CancellationToken cancellation)
    {
        var longer = With(cell);
        if (longer.Length > LongestChain)
            longer = await longer.SummedUpAsync(cancellation);
        await longer.PrepareAsync(cancellation);
        return longer;
    }

    /// <summary>Compiles what is there, so that the copies made for questions share the result.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Completes when done.</returns>
    public Task PrepareAsync(CancellationToken cancellation) => _solution.GetProject(_links[^1].Project)!.GetCompilationAsync(cancellation);

    /// <summary>A cell that is being written.</summary>
    /// <param name="code">Its text.</param>
    /// <returns>A document that sees everything the session has.</returns>
    public Document Draft(string code)
    {
        var (solution, id) = Add(_solution, code, [], _links[^1].Project);
        return solution.GetDocument(id)!;
    }

    private SubmissionChain With(RanCell cell)
    {
        var (solution, id) = Add(_solution, cell.Code, cell.References, _links.IsEmpty ? null : _links[^1].Project);
        return new(_options, _references.AddRange(cell.References), _links.Add((cell, id.ProjectId)), solution);
    }

    private async Task<SubmissionChain> SummedUpAsync(CancellationToken cancellation)
    {
        var summary = new SessionSummary();
        foreach (var (_, project) in _links[..^KeptWhole])
        {
            var compilation = await _solution.GetProject(project)!.GetCompilationAsync(cancellation);
            summary.Add(compilation!, cancellation);
        }
        var kept = _links[^KeptWhole..];
        var older = _references.Except(kept.SelectMany(link => link.Cell.References)).ToImmutableArray();
        var empty = new SubmissionChain(_options, [], [], new AdhocWorkspace(s_services).CurrentSolution);
        return kept.Aggregate(empty.With(new RanCell(summary.ToString(), older)), (chain, link) => chain.With(link.Cell));
    }

    private (Solution Solution, DocumentId Document) Add(Solution solution, string code, IReadOnlyList<MetadataReference> references, ProjectId? previous)
    {
        var project = ProjectId.CreateNewId();
        var document = DocumentId.CreateNewId(project);
        var name = $"cell{solution.ProjectIds.Count}";
        var text = TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Create()));
        var info = ProjectInfo.Create(
            project,
            VersionStamp.Create(),
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: _options,
            parseOptions: s_parse,
            documents: [DocumentInfo.Create(document, name + ".csx", loader: text, sourceCodeKind: SourceCodeKind.Script)],
            projectReferences: previous is null ? [] : [new ProjectReference(previous)],
            metadataReferences: references,
            isSubmission: true);
        return (solution.AddProject(info), document);
    }
}
