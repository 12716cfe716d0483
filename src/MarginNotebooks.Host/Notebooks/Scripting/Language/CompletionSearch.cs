using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using RoslynItem = Microsoft.CodeAnalysis.Completion.CompletionItem;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>Asks Roslyn how the code at the cursor can go on.</summary>
internal static class CompletionSearch
{
    /// <summary>Further items are names alone: each declaration costs a look-up, and nobody reads hundreds.</summary>
    private const int MostSignatures = 40;

    /// <summary>Finds completions.</summary>
    /// <param name="draft">The cell that is being written.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What fits at the cursor.</returns>
    public static async Task<CompletionReply> FindAsync(Document draft, int position, CancellationToken cancellation)
    {
        var service = CompletionService.GetService(draft)!;
        var list = await service.GetCompletionsAsync(draft, position, CompletionTrigger.Invoke, cancellationToken: cancellation);
        var code = (await draft.GetTextAsync(cancellation)).ToString();
        var typed = code[list.Span.Start..position];
        var fitting = CompletionFilter.Fitting(list.ItemsList, typed);
        if (fitting.Count == 0)
            return new CompletionReply([], position, position);
        var afterDot = code.AsSpan(0, list.Span.Start).TrimEnd().EndsWith('.');
        List<(int Start, string Text, RoslynItem Item)> found = [];
        foreach (var item in fitting)
        {
            var (start, text) = item.IsComplexTextEdit
                ? await EditAsync(service, draft, code, list.Span.End, item, cancellation)
                : (list.Span.Start, item.Text());
            // Casts, operators and indexers take the dot away, which would have to be repeated in front of every other item.
            if (text is not null && (start == list.Span.Start || !afterDot))
                found.Add((start, text, item));
        }
        // One range holds for all items: those that replace less repeat what stands before.
        var from = found.Select(one => one.Start).DefaultIfEmpty(list.Span.Start).Min();
        var signatures = await MemberSignatures.AtAsync(draft, list.Span.Start, cancellation);
        var items = found
            .Select(one => (Text: code[from..one.Start] + one.Text, one.Item))
            .DistinctBy(one => one.Text)
            .Select((one, index) =>
            {
                var symbols = index < MostSignatures && one.Text == one.Item.DisplayText ? signatures.Of(one.Text) : [];
                return new CompletionItem(one.Text, CompletionKinds.Of(one.Item.Tags, symbols), SignatureText.Of(symbols));
            })
            .ToList();
        return new CompletionReply(items, from, list.Span.End);
    }

    /// <summary>What an item inserts: its name, with the colon of a named argument, without the brackets that stand for type arguments.</summary>
    private static string Text(this RoslynItem item) => item.DisplayTextSuffix.StartsWith(':') ? item.DisplayText + item.DisplayTextSuffix : item.DisplayText;

    /// <summary>The edit behind an item that is more than a name, as new text from <c>Start</c> to the end of the replaced range.</summary>
    private static async Task<(int Start, string? Text)> EditAsync(
        CompletionService service,
        Document draft,
        string code,
        int end,
        RoslynItem item,
        CancellationToken cancellation)
    {
        var change = (await service.GetChangeAsync(draft, item, cancellationToken: cancellation)).TextChange;
        return change.Span.End > end || change.NewText is null
            ? (0, null)
            : (change.Span.Start, change.NewText + code[change.Span.End..end]);
    }
}
