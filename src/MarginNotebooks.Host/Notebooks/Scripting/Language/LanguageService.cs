using MarginNotebooks.Host.Notebooks.Formatting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Answers questions about code that is being written, in view of everything the session has run.</summary>
/// <remarks>It works on its own thread and on immutable copies: a running cell neither delays it nor is delayed. Nothing is set up before the first
/// question or <see cref="WarmUpAsync"/>.</remarks>
public sealed class LanguageService : IDisposable
{
    private readonly LanguageThread _thread = new();
    private readonly Lock _gate = new();
    private readonly Func<SubmissionChain> _start;
    private readonly Queue<RanCell> _waiting = [];
    private Task<SubmissionChain>? _chain;

    /// <summary>A service for a session that has run nothing yet.</summary>
    /// <param name="options">How cells are compiled.</param>
    /// <param name="references">What they can refer to from the start.</param>
    internal LanguageService(CSharpCompilationOptions options, IReadOnlyList<MetadataReference> references) =>
        _start = () => SubmissionChain.Start(options, references);

    /// <summary>Finds ways to go on at the cursor.</summary>
    /// <param name="code">Text of the cell.</param>
    /// <param name="position">Offset of the cursor in UTF-16 code units; one outside the text counts as its nearest end.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The completions, best first.</returns>
    public Task<CompletionReply> CompleteAsync(string code, int position, CancellationToken cancellation) => AskAsync(
        code, chain => CompletionSearch.FindAsync(chain.Draft(CSharpOf(code)), Math.Clamp(position, 0, code.Length), cancellation), cancellation);

    /// <summary>Describes what the cursor is on: the name it touches, or the function whose arguments it stands among.</summary>
    /// <param name="code">Text of the cell.</param>
    /// <param name="position">Offset of the cursor in UTF-16 code units; one outside the text counts as its nearest end.</param>
    /// <param name="detailLevel">0: signature, number of overloads and summary; 1: also overloads, parameters, return value, exceptions and remarks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The description as text and HTML; null when the cursor is on nothing that has one.</returns>
    public Task<MimeBundle?> InspectAsync(string code, int position, int detailLevel, CancellationToken cancellation) => AskAsync(
        code, chain => SymbolDescription.AtAsync(chain.Draft(CSharpOf(code)), Math.Clamp(position, 0, code.Length), detailLevel, cancellation), cancellation);

    /// <summary>Tells whether code can be run as it stands.</summary>
    /// <param name="code">Text of the cell.</param>
    /// <returns>Its state.</returns>
    public Completeness IsComplete(string code) => InputCompleteness.Of(code);

    /// <summary>Loads and compiles what the first answers need, so that they come as fast as the later ones.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Completes when warm.</returns>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        const string member = "Console.WriteLine().", name = "var warm = Str";
        await CompleteAsync(member, "Console.".Length, cancellation);
        await CompleteAsync(name, name.Length, cancellation);
        await InspectAsync(member, "Console.Wri".Length, 1, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _thread.Dispose();

    /// <summary>A cell has become part of the session; every question asked from now on sees it.</summary>
    /// <param name="cell">The cell.</param>
    internal void Ran(RanCell cell)
    {
        lock (_gate)
        {
            if (_chain is null)
                _waiting.Enqueue(cell);
            else
                _chain = AppendAsync(_chain, [cell]);
        }
    }

    /// <summary>The chain with everything that ran so far, being built where it is not ready.</summary>
    internal Task<SubmissionChain> ChainAsync()
    {
        lock (_gate)
        {
            _chain ??= _thread.RunAsync(() => Task.FromResult(_start()), CancellationToken.None);
            if (_waiting.Count > 0)
            {
                _chain = AppendAsync(_chain, [.. _waiting]);
                _waiting.Clear();
            }
            return _chain;
        }
    }

    private Task<T> AskAsync<T>(string code, Func<SubmissionChain, Task<T>> question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(code);
        var chain = ChainAsync();
        return _thread.RunAsync(async () => await question(await chain.WaitAsync(cancellation)), cancellation);
    }

    private Task<SubmissionChain> AppendAsync(Task<SubmissionChain> before, RanCell[] cells) => _thread.RunAsync(
        async () =>
        {
            var chain = await before;
            foreach (var cell in cells)
                chain = await chain.AppendAsync(cell, CancellationToken.None);
            return chain;
        },
        CancellationToken.None);

    /// <summary>The cell without what only its host understands; offsets stay. Half-written directives are left as they are.</summary>
    private static string CSharpOf(string code)
    {
        try
        {
            return ScriptDirectives.Read(code).Code;
        }
        catch (CellProblem)
        {
            return code;
        }
    }
}
