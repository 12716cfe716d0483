using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Kernel;

/// <summary>Asks the client that sent a request for a line of text.</summary>
/// <param name="channel">The input channel.</param>
/// <param name="request">The request.</param>
/// <param name="allowed">Whether the client can answer.</param>
/// <param name="stop">Cancelled when the code is interrupted.</param>
public sealed class InputSource(InputChannel channel, KernelMessage request, bool allowed, CancellationToken stop)
{
    /// <summary>Waits for a line.</summary>
    /// <returns>The line without its end.</returns>
    /// <exception cref="InvalidOperationException">The client cannot answer.</exception>
    /// <exception cref="OperationCanceledException">The code was interrupted.</exception>
    public string ReadLine() => allowed
        ? channel.Ask(request, stop)
        : throw new InvalidOperationException(
            "the code reads from the console, and this client cannot ask for input (its request says allow_stdin false); "
            + "run it in a notebook front end, or set the value in the code.");
}

/// <summary>The channel on which the kernel asks and a client answers, one question at a time.</summary>
/// <param name="codec">Writes the questions.</param>
/// <param name="flush">Publishes what was written so far: the words before the question.</param>
/// <param name="send">Takes their frames.</param>
public sealed class InputChannel(MessageCodec codec, Action flush, Action<IReadOnlyList<byte[]>> send)
{
    private readonly Lock _asking = new();
    private volatile Question? _open;

    /// <summary>Asks and waits.</summary>
    /// <param name="request">The request whose code asks.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>The answer.</returns>
    public string Ask(KernelMessage request, CancellationToken stop)
    {
        lock (_asking)
        {
            stop.ThrowIfCancellationRequested();
            var question = _open = new Question(request.Identities[0], new(TaskCreationOptions.RunContinuationsAsynchronously));
            try
            {
                flush();
                send(codec.Encode(request.Identities, request.Header, "input_request", new JsonObject { ["prompt"] = "", ["password"] = false }));
                question.Answer.Task.Wait(stop);
                return question.Answer.Task.Result;
            }
            finally
            {
                _open = null;
            }
        }
    }

    /// <summary>Takes an answer; one that nobody waits for, or of another client, is dropped.</summary>
    /// <param name="reply">An <c>input_reply</c>.</param>
    public void Answer(KernelMessage reply)
    {
        if (_open is { } question && reply.Identities.Count > 0 && reply.Identities[0].AsSpan().SequenceEqual(question.Client))
            question.Answer.TrySetResult((string?)reply.Content["value"] ?? "");
    }

    private sealed record Question(byte[] Client, TaskCompletionSource<string> Answer);
}
