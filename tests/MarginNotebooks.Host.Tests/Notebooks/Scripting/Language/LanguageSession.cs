using MarginNotebooks.Host.Notebooks.Scripting;
using MarginNotebooks.Host.Notebooks.Scripting.Language;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting.Language;

/// <summary>A session for tests; the cursor in the code is written as <c>|</c>.</summary>
internal sealed class LanguageSession(string? folder = null) : IDisposable
{
    private int _cells;

    public ScriptSession Session { get; } = new(folder ?? Path.GetTempPath(), _ => { });

    public static async Task<LanguageSession> WithAsync(params string[] cells)
    {
        var session = new LanguageSession();
        foreach (var cell in cells)
            await session.RunAsync(cell);
        return session;
    }

    public async Task RunAsync(string code)
    {
        var result = await Session.RunAsync(++_cells, code, TestContext.Current.CancellationToken);
        Assert.True(result.Error is null, string.Join('\n', result.Error?.Traceback ?? []));
    }

    public Task<CompletionReply> CompleteAsync(string marked)
    {
        var (code, position) = Split(marked);
        return Session.Language.CompleteAsync(code, position, TestContext.Current.CancellationToken);
    }

    public async Task<string[]> NamesAsync(string marked) => [.. (await CompleteAsync(marked)).Items.Select(item => item.Text)];

    public async Task<CompletionItem> ItemAsync(string marked, string text) => Assert.Single((await CompleteAsync(marked)).Items, item => item.Text == text);

    public async Task<string> InspectAsync(string marked, int detailLevel = 0)
    {
        var (code, position) = Split(marked);
        var bundle = await Session.Language.InspectAsync(code, position, detailLevel, TestContext.Current.CancellationToken);
        return bundle?.Text ?? "";
    }

    public void Dispose() => Session.Dispose();

    private static (string Code, int Position) Split(string marked)
    {
        var position = marked.IndexOf('|');
        return position < 0 ? (marked, marked.Length) : (marked.Remove(position, 1), position);
    }
}
