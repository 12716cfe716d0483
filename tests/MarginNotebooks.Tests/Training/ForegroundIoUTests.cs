using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class ForegroundIoUTests
{
    [Fact]
    public void AreasArePooledOverBatchesAndTheBackgroundIsLeftOut()
    {
        using var areas = new ForegroundIoU(3, CPU);
        Add(areas, [1, 1, 0, 2], [1, 0, 0, 2]);
        Add(areas, [1, 2, 2, 0], [1, 2, 1, 0]);
        // Class 1: predicted 3, labelled 3, both 2 -> 2/4. Class 2: predicted 3, labelled 2, both 2 -> 2/3.
        Assert.Equal([3.0 - 1, 2, 2], areas.PerClass().Zip([3, 4, 3.0]).Select(pair => pair.First * pair.Second), new Close());
        Assert.Equal((0.5 + 2.0 / 3) / 2, areas.Mean(), 1e-9);
    }

    [Fact]
    public void AClassThatNeverOccursCountsAsZero()
    {
        using var areas = new ForegroundIoU(3, CPU);
        Add(areas, [1, 0], [1, 0]);
        Assert.Equal(0.5, areas.Mean(), 1e-9);
    }

    [Fact]
    public void UnannotatedPixelsAreLeftOutAndUnknownLabelsAreAnError()
    {
        using var areas = new ForegroundIoU(2, CPU);
        Add(areas, [1, 1, 0], [1, 255, 255]);
        Assert.Equal(1, areas.Mean(), 1e-9);
        Add(areas, [1, 1, 0], [7, -1, 1]);
        Assert.Contains("2 pixels have labels outside 0 … 1", Assert.Throws<InvalidDataException>(() => areas.Mean()).Message);
    }

    [Fact]
    public void ALossMayIgnoreAnotherLabel()
    {
        using var areas = new ForegroundIoU(2, CPU, ignoreIndex: -100);
        Add(areas, [1, 1], [1, -100]);
        Assert.Equal(1, areas.Mean(), 1e-9);
    }

    private static void Add(ForegroundIoU areas, long[] predicted, long[] labels)
    {
        using var scope = NewDisposeScope();
        var logits = nn.functional.one_hot(tensor(predicted), areas.Classes).T.to(ScalarType.Float32).unsqueeze(0);
        areas.Add(logits, tensor(labels).unsqueeze(0));
    }

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-8;

        public int GetHashCode(double value) => 0;
    }
}
