// Stands in until the language services are merged, which bring these types themselves: delete this file then.
using MarginNotebooks.Host.Notebooks.Formatting;

#pragma warning disable CS1591
namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

public sealed record CompletionReply(IReadOnlyList<CompletionItem> Items, int Start, int End);

public sealed record CompletionItem(string Text, string Kind, string? Signature);

public sealed record Completeness(string Status, string Indent);

public sealed class LanguageService
{
    public Task<CompletionReply> CompleteAsync(string code, int position, CancellationToken cancellation) =>
        Task.FromResult(new CompletionReply([], position, position));

    public Task<MimeBundle?> InspectAsync(string code, int position, int detailLevel, CancellationToken cancellation) =>
        Task.FromResult<MimeBundle?>(null);

    public Completeness IsComplete(string code) => new("unknown", "");
}
#pragma warning restore CS1591
