using System.Runtime.ExceptionServices;

namespace MarginNotebooks.Runtime;

/// <summary>Parallel loops over work that was divided beforehand, on as many threads as libtorch uses.</summary>
/// <remarks>
/// Each index writes to a place of its own and the caller combines the places in order; so a result never depends on the number of threads.
/// Bodies make no tensors.
/// </remarks>
internal static class OrderedParallel
{
    /// <summary>Runs the body once for each index.</summary>
    /// <typeparam name="TScratch">Working memory of one thread.</typeparam>
    /// <param name="count">Number of indices.</param>
    /// <param name="scratch">Makes a thread's working memory.</param>
    /// <param name="body">The work of one index.</param>
    /// <exception cref="Exception">The first exception of a body, as it was thrown.</exception>
    internal static void For<TScratch>(int count, Func<TScratch> scratch, Action<int, TScratch> body)
    {
        var threads = Math.Min(count, TorchSharp.torch.get_num_threads());
        if (threads <= 1)
        {
            Run(0, count, scratch, body);
            return;
        }

        var next = -1;
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
            {
                using var flush = DenormalFlush.Begin();
                var i = Interlocked.Increment(ref next);
                if (i >= count)
                    return; // no memory for a thread that comes too late
                var mine = scratch();
                for (; i < count; i = Interlocked.Increment(ref next))
                    body(i, mine);
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    /// <inheritdoc cref="For{TScratch}(int, Func{TScratch}, Action{int, TScratch})"/>
    internal static void For(int count, Action<int> body) => For(count, static () => 0, (i, _) => body(i));

    private static void Run<TScratch>(int from, int to, Func<TScratch> scratch, Action<int, TScratch> body)
    {
        using var flush = DenormalFlush.Begin();
        var mine = scratch();
        for (var i = from; i < to; i++)
            body(i, mine);
    }
}
