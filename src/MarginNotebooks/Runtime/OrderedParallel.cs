using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MarginNotebooks.Runtime;

/// <summary>Parallel loops over work that was divided beforehand, on libtorch's own threads and as many as it uses.</summary>
/// <remarks>
/// <para>Each index writes to a place of its own and the caller combines the places in order; so a result never depends on the number of
/// threads. Bodies make no tensors.</para>
/// <para>libtorch's OpenMP threads keep spinning for some milliseconds after an operation: threads of .NET's pool would have to share the
/// processors with them. So the work goes to the same threads, through the runtime's entry point for compiled code, <c>GOMP_parallel</c>;
/// where there is none (other systems), to the pool.</para>
/// </remarks>
internal static unsafe class OrderedParallel
{
    private static readonly Lazy<nint> Fork = new(() => TorchRuntime.FindExport("GOMP_parallel"));

    /// <summary>Runs the body once for each index.</summary>
    /// <typeparam name="TScratch">Working memory of one thread.</typeparam>
    /// <param name="count">Number of indices.</param>
    /// <param name="scratch">Makes a thread's working memory.</param>
    /// <param name="body">The work of one index.</param>
    /// <exception cref="Exception">The first exception of a body, as it was thrown.</exception>
    internal static void For<TScratch>(int count, Func<TScratch> scratch, Action<int, TScratch> body)
    {
        var threads = Math.Min(count, torch.get_num_threads());
        var next = -1;
        Exception? failure = null;
        void Work()
        {
            try
            {
                using var flush = DenormalFlush.Begin();
                var i = Interlocked.Increment(ref next);
                if (i >= count)
                    return; // no memory for a thread that comes too late
                var mine = scratch();
                for (; i < count; i = Interlocked.Increment(ref next))
                    body(i, mine);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, error, null);
                Volatile.Write(ref next, count - 1); // the others stop at their next index
            }
        }

        if (threads <= 1)
            Work();
        else if (Fork.Value != 0)
            OnTorchThreads(Work, threads);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => Work());
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <inheritdoc cref="For{TScratch}(int, Func{TScratch}, Action{int, TScratch})"/>
    internal static void For(int count, Action<int> body) => For(count, static () => 0, (i, _) => body(i));

    private static void OnTorchThreads(Action work, int threads)
    {
        var handle = GCHandle.Alloc(work);
        try
        {
            ((delegate* unmanaged<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)Fork.Value)(
                &Enter, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(nint work) => ((Action)GCHandle.FromIntPtr(work).Target!)();
}
