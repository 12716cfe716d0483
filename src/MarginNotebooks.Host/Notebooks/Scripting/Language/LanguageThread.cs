using System.Collections.Concurrent;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language;

/// <summary>The thread that answers questions about code, so that a cell that keeps its own thread busy delays no answer.</summary>
internal sealed class LanguageThread : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _work = [];

    /// <summary>Starts the thread.</summary>
    public LanguageThread() => new Thread(Loop, 16 << 20) { IsBackground = true, Name = "notebook language" }.Start();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs work on the thread; what follows an <c>await</c> in it comes back there.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Gives it up before it has started.</param>
    /// <returns>Completes with the work.</returns>
    public Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Lets the thread end once its work is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        if (!_work.IsAddingCompleted)
            _work.Add(task);
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _work;

    private void Loop()
    {
        foreach (var task in _work.GetConsumingEnumerable())
            TryExecuteTask(task);
    }
}
