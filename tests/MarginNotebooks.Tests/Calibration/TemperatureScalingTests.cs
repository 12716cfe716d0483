using MarginNotebooks.Calibration;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class TemperatureScalingTests
{
    [Fact]
    public void Scaled_logits_need_their_own_factor_back_and_keep_their_class()
    {
        using var scope = NewDisposeScope();
        var random = new Generator(7);
        var honest = randn([1, 3, 5000], generator: random) * 2;
        // Labels drawn from the softmax itself: temperature 1 is right for it.
        var labels = nn.functional.softmax(honest, 1).squeeze(0).t().multinomial(1, generator: random).t();
        var fit = TemperatureScaling.Fit([(honest * 4, labels)]);
        Assert.Equal(4, fit.Temperature, 0.3);
        Assert.True(TemperatureScaling.Apply(honest, fit.Temperature).argmax(1).eq(honest.argmax(1)).all().item<bool>());
    }

    [Fact]
    public void Logits_that_are_always_right_have_no_optimum_and_the_fit_says_so()
    {
        using var scope = NewDisposeScope();
        var labels = zeros([1, 10], int64);
        var logits = stack([ones(10), zeros(10)]).unsqueeze(0);
        Assert.True(TemperatureScaling.Fit([(logits, labels)]).AtEdge);
        Assert.True(TemperatureScaling.Search([(logits, labels)]).AtEdge);
    }

    [Fact]
    public void No_batch_and_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([]));
        using var logits = zeros(1, 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Apply(logits, 0));
    }
}
