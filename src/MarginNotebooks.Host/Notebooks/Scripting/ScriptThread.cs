using System.Collections.Concurrent;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>The one thread on which every cell starts.</summary>
/// <remarks>libtorch keeps gradient mode, floating-point flags and worker threads for each thread that calls it, and TorchSharp its dispose scopes:
/// cells that ran on changing threads would lose the first and pile up the last. After an <c>await</c> a cell goes on wherever the runtime
/// likes, so that waiting for a task in a blocking way cannot lock up.</remarks>
public sealed class ScriptThread : IDisposable
{
    private const int StackBytes = 16 << 20;
    private readonly BlockingCollection<Action> _work = [];

    /// <summary>Starts the thread.</summary>
    public ScriptThread()
    {
        var thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = "notebook cells" };
        thread.Start();
    }

    /// <summary>Starts work on the thread.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="work">Work to start.</param>
    /// <returns>Completes with the work.</returns>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var started = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(work());
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task.Unwrap();
    }

    /// <summary>Lets the thread end once its work is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
