using MarginNotebooks.Calibration;
using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class CalibratorCatalogTests
{
    [Fact]
    public void An_unknown_key_is_answered_with_the_known_ones()
    {
        var message = Assert.Throws<ArgumentException>(() => CalibratorCatalog.Create("guesswork")).Message;
        Assert.Contains("guesswork", message);
        Assert.All(CalibratorCatalog.Keys, key => Assert.Contains(key, message));
    }

    [Fact]
    public void A_calibrator_of_another_assembly_needs_one_class()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var own = new Halving();
        Assert.Equal(("halving", "Halving"), (own.Key, own.Name));
        own.FitHere([MadeUpPixels.Draw(1, 3, 100)]);
        var logits = MadeUpPixels.Draw(2, 3, 50).Logits;
        Assert.True(own.Apply(logits).allclose(logits / 2));
        // Not registered for good: other tests go through the catalogue.
        Assert.Throws<ArgumentException>(CalibratorCatalog.Register<Impostor>);
        Assert.Throws<InvalidOperationException>(() => new Nameless().Key);
    }

    [Reference(ReferenceKind.Calibrator, "halving", "Halving", Formula = "l / 2", Source = "a test", Test = "CalibratorCatalogTests")]
    private sealed class Halving : PixelCalibrator
    {
        public override PredictionChange ChangesPrediction => PredictionChange.Never;

        protected override void Reset(int classes)
        {
        }

        protected override bool Fit(PixelSample pixels, List<string> notes) => true;

        protected override void Calibrate(Span<double> logits)
        {
            foreach (ref var logit in logits)
                logit /= 2;
        }

        protected internal override IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>();

        protected internal override void Restore(StoredState state, int classes)
        {
        }
    }

    [Reference(ReferenceKind.Calibrator, "temperature", "Another", Formula = "l", Source = "a test", Test = "CalibratorCatalogTests")]
    private sealed class Impostor : TemperatureCalibrator;

    private sealed class Nameless : TemperatureCalibrator;
}
