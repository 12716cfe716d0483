using MarginNotebooks.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

// Alone: a forced collection frees numbers that TorchSharp has just converted for a call of another test, while libtorch reads them.
[Collection(nameof(SoleTests))]
public sealed class FusedLossMemoryTests
{
    private const int C = 4;

    [Theory]
    [MemberData(nameof(FusedLossTests.All), MemberType = typeof(FusedLossTests))]
    public void Live_tensors_do_not_grow_with_the_steps(string name)
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(34, ScalarType.Float32, 2, C, 9, 8).requires_grad_();
        var labels = Tensors.Classes(34, C, 2, 9, 8);
        var loss = LossCases.Create(name, 255);
        var counts = new List<long>();
        for (var step = 0; step < 4; step++)
        {
            using (NewDisposeScope())
            {
                loss.Forward(logits, labels).Total.backward();
                logits.grad = null;
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(counts[1], counts[^1]);
    }
}
