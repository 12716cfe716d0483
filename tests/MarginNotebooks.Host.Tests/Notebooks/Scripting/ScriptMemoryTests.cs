using MarginNotebooks.Host.Notebooks.Scripting;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks.Scripting;

// Managed memory is that of the whole process: other tests running beside would be counted.
[Collection(OneRunAtATime.Name)]
public sealed class ScriptMemoryTests
{
    [Fact]
    public async Task Memory_of_a_long_session_grows_with_its_cells_and_not_with_their_square()
    {
        using var session = new ScriptSession(Path.GetTempPath(), _ => { });
        await RunAsync(session, 1, 20);
        var start = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(session, 20, 120);
        var grown = (GC.GetTotalMemory(forceFullCollection: true) - start) / 100;
        // Measured: 60 kB a cell; with all references handed to every cell it was over 1 MB at the hundredth and 7 MB at the thousandth.
        Assert.True(grown < 200_000, $"{grown} bytes a cell");
    }

    private static async Task RunAsync(ScriptSession session, int from, int to)
    {
        for (var i = from; i < to; i++)
            Assert.Null((await session.RunAsync(i, $"var x{i} = {i};", TestContext.Current.CancellationToken)).Error);
    }
}
