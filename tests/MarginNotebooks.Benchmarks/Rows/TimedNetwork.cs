using System.Diagnostics;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>
/// A network whose forward passes are timed, and whose answers are replaced by plausible ones: what measures cost depends on the logits, and
/// those of an untrained network look like none that is ever evaluated.
/// </summary>
internal sealed class TimedNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Tensor answers;
    private long next;

    /// <summary>Wraps a network.</summary>
    /// <param name="network">The network; it is run in full.</param>
    /// <param name="answers">Logits <c>(N, K, H, W)</c> to give out instead, slice by slice, again and again.</param>
    public TimedNetwork(nn.Module<Tensor, Tensor> network, Tensor answers) : base(nameof(TimedNetwork))
    {
        (this.network, this.answers) = (network, answers);
        register_module(nameof(network), network);
    }

    /// <summary>Milliseconds spent in the network since last set.</summary>
    public double Milliseconds { get; set; }

    public override Tensor forward(Tensor input)
    {
        var clock = Stopwatch.GetTimestamp();
        network.call(input).Dispose();
        Milliseconds += Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        var answer = answers.narrow(0, next, input.shape[0]);
        next = (next + input.shape[0]) % answers.shape[0];
        return answer;
    }
}
