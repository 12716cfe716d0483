using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

public sealed class CalibrationAccumulatorTests : IDisposable
{
    private const int C = 4;
    private readonly DisposeScope _scope;

    public CalibrationAccumulatorTests()
    {
        TorchRuntime.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Protocols => [.. EvaluationProtocol.Presets.Select(protocol => protocol.Name)];

    [Fact]
    public void Labels_drawn_from_the_probabilities_are_well_calibrated_on_the_whole_image()
    {
        var (logits, labels) = Batch(seed: 1, samples: 8, side: 64);
        var exact = Score(logits, labels, EvaluationProtocol.Sound, PixelRegion.All);
        var bold = Score(logits * 3, labels, EvaluationProtocol.Sound, PixelRegion.All);
        Assert.Equal(8 * 64 * 64, exact.Pixels);
        Assert.True(exact.Ece < 0.01, $"ECE {exact.Ece}");
        Assert.True(exact.Cece < 0.01, $"CECE {exact.Cece}");
        Assert.True(exact.Aece < 0.01, $"AECE {exact.Aece}");
        Assert.True(bold.Ece > 0.1 && bold.Cece > 0.03 && bold.Aece > 0.1, $"{bold}");
        Assert.True(bold.Nll > exact.Nll && bold.Brier > exact.Brier);
        // Choosing pixels by their true label makes even exact probabilities look wrong.
        var chosen = Score(logits, labels, EvaluationProtocol.Sound, PixelRegion.Foreground);
        Assert.True(chosen.Ece > 0.1, $"ECE {chosen.Ece} of the true foreground");
    }

    [Fact]
    public void Equals_a_plain_computation_pixel_by_pixel()
    {
        var (logits, labels) = Batch(seed: 2, samples: 2, side: 9);
        labels[0, 3, 3] = 255;
        var p = logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, C).data<float>().ToArray();
        var y = labels.reshape(-1).data<long>().ToArray();
        double nll = 0, brier = 0, hits = 0;
        var n = 0;
        for (var i = 0; i < y.Length; i++)
        {
            var row = p.AsSpan(i * C, C).ToArray();
            var winner = Array.IndexOf(row, row.Max());
            if (y[i] == 255 || (y[i] == 0 && winner == 0))
                continue;
            n++;
            nll -= Math.Log(row[y[i]]);
            brier += row.Select((v, k) => Math.Pow(v - (k == y[i] ? 1 : 0), 2)).Sum();
            hits += winner == y[i] ? 1 : 0;
        }

        var scores = Score(logits, labels, EvaluationProtocol.Sound, PixelRegion.ForegroundUnion);
        Assert.Equal(n, scores.Pixels);
        Assert.Equal(nll / n, scores.Nll, 1e-5);
        Assert.Equal(brier / n, scores.Brier, 1e-6);
        Assert.Equal(hits / n, scores.Accuracy, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_order_of_the_pixels_does_not_matter(string name)
    {
        var protocol = EvaluationProtocol.Named(name);
        var (logits, labels) = Batch(seed: 3, samples: 1, side: 40);
        var order = randperm(1600);
        var shuffledLogits = logits.reshape(1, C, 1600).index_select(2, order);
        var shuffledLabels = labels.reshape(1, 1600).index_select(1, order);
        foreach (var region in Enum.GetValues<PixelRegion>())
            Equal(Score(logits, labels, protocol, region), Score(shuffledLogits, shuffledLabels, protocol, region));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Merged_accumulators_equal_one_pass(string name)
    {
        var protocol = EvaluationProtocol.Named(name);
        var (logits, labels) = Batch(seed: 4, samples: 5, side: 16);
        foreach (var region in Enum.GetValues<PixelRegion>())
        {
            var parts = Enumerable.Range(0, 5).Select(b => Accumulate(logits[b..(b + 1)], labels[b..(b + 1)], protocol, region)).ToArray();
            foreach (var part in parts[1..])
                parts[0].Merge(part);
            Equal(Score(logits, labels, protocol, region), parts[0].Scores());
            Assert.Equal(Accumulate(logits, labels, protocol, region).TopLabel.Count, parts[0].TopLabel.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_number_of_threads_changes_no_bit(string name)
    {
        var protocol = EvaluationProtocol.Named(name);
        var (logits, labels) = Batch(seed: 8, samples: 3, side: 200);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = Enum.GetValues<PixelRegion>().Select(region => Score(logits, labels, protocol, region)).ToArray();
            set_num_threads(2);
            Assert.Equal(one, Enum.GetValues<PixelRegion>().Select(region => Score(logits, labels, protocol, region)));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Binned_errors_equal_a_mask_for_each_bin_and_class()
    {
        const int bins = 15;
        foreach (var scale in new[] { 0.01, 1, 40 })
        {
            var (logits, labels) = Batch(seed: 9, samples: 2, side: 50);
            logits *= scale;
            labels[0, 5..9] = 255;
            var counted = labels.reshape(-1) != 255;
            var y = labels.reshape(-1)[counted];
            var p = logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, C)[counted].to(ScalarType.Float64);
            var edges = CalibrationRules.Sound.Binning.Edges.ToArray();
            double Gaps(Tensor confidence, Tensor correct) => Enumerable.Range(0, bins).Sum(b =>
            {
                var mask = confidence <= (double)edges[b + 1];
                if (b > 0)
                    mask &= confidence > (double)edges[b]; // a probability of 0 belongs to the first bin
                return mask.sum().item<long>() == 0 ? 0 : Math.Abs((confidence[mask] - correct[mask]).sum().item<double>());
            }) / y.numel();
            var (top, winner) = p.max(1);
            var scores = Score(logits, labels, EvaluationProtocol.Sound, PixelRegion.All);
            Assert.Equal(Gaps(top, (winner == y).to(ScalarType.Float64)), scores.Ece, 1e-6);
            var perClass = Enumerable.Range(0, C).Average(k => Gaps(p[TensorIndex.Colon, k], (y == k).to(ScalarType.Float64)));
            Assert.Equal(perClass, scores.Cece, 1e-6);
        }
    }

    [Fact]
    public void Live_tensors_do_not_grow_with_the_batches()
    {
        var (logits, labels) = Batch(seed: 10, samples: 2, side: 20);
        var sums = new CalibrationAccumulator(C, CalibrationRules.Sound, PixelRegion.All);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
            sums.Add(logits.permute(0, 1, 3, 2), labels.to(ScalarType.Int32).permute(0, 2, 1));
        var grown = DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        Assert.InRange(grown, 0, 9); // the views made above, and nothing of the accumulator's
    }

    [Fact]
    public void Strides_and_types_and_ranks_do_not_matter()
    {
        var (logits, labels) = Batch(seed: 5, samples: 2, side: 12);
        var expected = Score(logits, labels, EvaluationProtocol.Sound, PixelRegion.All);
        var channelsLast = logits.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Assert.Equal(expected, Score(channelsLast, labels.to(ScalarType.Byte), EvaluationProtocol.Sound, PixelRegion.All));
        Assert.Equal(expected, Score(logits.reshape(2, C, 3, 4, 12), labels.reshape(2, 3, 4, 12), EvaluationProtocol.Sound, PixelRegion.All));
        Assert.Equal(expected, Score(logits.to(ScalarType.Float64), labels.to(ScalarType.Int32), EvaluationProtocol.Sound, PixelRegion.All));
        Assert.Equal(expected, Score(logits.detach().clone().requires_grad_(), labels, EvaluationProtocol.Sound, PixelRegion.All));
        var half = logits.to(ScalarType.BFloat16);
        Assert.Equal(
            Score(half.to(ScalarType.Float32), labels, EvaluationProtocol.Sound, PixelRegion.All),
            Score(half, labels, EvaluationProtocol.Sound, PixelRegion.All));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void One_pixel_is_scored(string name)
    {
        var scores = Score(tensor(new[] { 0f, 2f }, 1, 2, 1, 1), ones(1, 1, 1, ScalarType.Int64), EvaluationProtocol.Named(name), PixelRegion.All);
        var p = 1 / (1 + Math.Exp(-2));
        Assert.Equal(1, scores.Pixels);
        Assert.Equal(1 - p, scores.Ece, 1e-6);
        Assert.Equal(name == "authors" ? 0 : 1 - p, scores.Aece, 1e-6);
        Assert.Equal(1 - p, scores.Cece, 1e-6);
        Assert.Equal(-Math.Log(p), scores.Nll, 1e-6);
        Assert.Equal(2 * Math.Pow(1 - p, 2), scores.Brier, 1e-6);
    }

    [Fact]
    public void No_pixel_gives_no_score_and_the_count_zero()
    {
        var background = zeros(1, 3, 3, ScalarType.Int64);
        var logits = zeros(1, C, 3, 3);
        var scores = Score(logits, background, EvaluationProtocol.Sound, PixelRegion.Foreground);
        Assert.Equal(0, scores.Pixels);
        Assert.All(CalibrationScores.Keys.Where(key => key != "pixels"), key => Assert.True(double.IsNaN(scores[key]), key));
        Assert.Equal(0, Score(logits, background, EvaluationProtocol.Authors, PixelRegion.Foreground).Ece); // the original's value
        Assert.Equal(0, Score(zeros(0, C, 3, 3), zeros(0, 3, 3, ScalarType.Int64), EvaluationProtocol.Sound, PixelRegion.All).Pixels);
        Assert.Equal(0, Score(logits, background + 255, EvaluationProtocol.Sound, PixelRegion.All).Pixels);
    }

    [Fact]
    public void Log_likelihood_keeps_its_digits_when_the_network_is_almost_certain()
    {
        var logits = tensor(new[] { 0f, 30f }, 1, 2, 1);
        var right = Score(logits, ones(1, 1, ScalarType.Int64), EvaluationProtocol.Sound, PixelRegion.All);
        Assert.InRange(right.Nll / Math.Exp(-30), 0.99, 1.01); // float32 probabilities of the true class would say 0
        var wrong = Score(logits, zeros(1, 1, ScalarType.Int64), EvaluationProtocol.Sound, PixelRegion.All);
        Assert.Equal(30, wrong.Nll, 1e-5);
        var far = Score(tensor(new[] { 0f, 200f }, 1, 2, 1), zeros(1, 1, ScalarType.Int64), EvaluationProtocol.Sound, PixelRegion.All);
        Assert.Equal(200, far.Nll, 1e-5); // its probability underflows to 0
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Logits_that_are_not_finite_are_an_error_that_names_the_pixel(float value)
    {
        var logits = zeros(2, C, 3, 3);
        logits[1, 2, 1, 2] = value;
        var error = Assert.Throws<InvalidOperationException>(
            () => Score(logits, zeros(2, 3, 3, ScalarType.Int64), EvaluationProtocol.Sound, PixelRegion.All));
        Assert.Contains("pixel 5 of sample 1", error.Message);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(254)]
    public void A_label_out_of_range_is_an_error_that_names_it(long label)
    {
        var labels = zeros(1, 3, 3, ScalarType.Int64);
        labels[0, 1, 1] = label;
        var error = Assert.Throws<ArgumentException>(() => Score(zeros(1, C, 3, 3), labels, EvaluationProtocol.Sound, PixelRegion.All));
        Assert.Contains($"Label {label} at pixel 4", error.Message);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        void Refused(Tensor logits, Tensor labels, string words) => Assert.Contains(words,
            Assert.Throws<ArgumentException>(() => Score(logits, labels, EvaluationProtocol.Sound, PixelRegion.All)).Message);
        Refused(zeros(2, C, 3, 3), zeros(2, 3, 4, ScalarType.Int64), "(2, 3, 4)");
        Refused(zeros(2, C, 3, 3), zeros(2, 1, 3, 3, ScalarType.Int64), "(2, 1, 3, 3)");
        Refused(zeros(2, C + 1, 3, 3), zeros(2, 3, 3, ScalarType.Int64), "5 classes");
        Refused(zeros(2, C, 3, 3), zeros(2, 3, 3), "Float32");
    }

    [Fact]
    public void Different_accumulators_cannot_be_merged()
    {
        var all = new CalibrationAccumulator(C, CalibrationRules.Sound, PixelRegion.All);
        Assert.Throws<ArgumentException>(() => all.Merge(new CalibrationAccumulator(C, CalibrationRules.Sound, PixelRegion.Foreground)));
        Assert.Throws<ArgumentException>(() => all.Merge(new CalibrationAccumulator(C, CalibrationRules.Authors, PixelRegion.All)));
        Assert.Throws<ArgumentException>(() => all.Merge(new CalibrationAccumulator(3, CalibrationRules.Sound, PixelRegion.All)));
    }

    private static CalibrationAccumulator Accumulate(Tensor logits, Tensor labels, EvaluationProtocol protocol, PixelRegion region)
    {
        var classes = logits.shape[1] == C + 1 ? C : (int)logits.shape[1];
        var sums = new CalibrationAccumulator(classes, protocol.Calibration, region);
        sums.Add(logits, labels);
        return sums;
    }

    private static CalibrationScores Score(Tensor logits, Tensor labels, EvaluationProtocol protocol, PixelRegion region) =>
        Accumulate(logits, labels, protocol, region).Scores();

    private static void Equal(CalibrationScores expected, CalibrationScores actual)
    {
        foreach (var key in CalibrationScores.Keys)
            Assert.Equal(expected[key], actual[key], 1e-9);
    }

    /// <summary>Labels drawn from the softmax of the logits: probabilities that are exactly right.</summary>
    private static (Tensor Logits, Tensor Labels) Batch(int seed, int samples, int side)
    {
        var generator = new Generator((ulong)seed);
        var logits = randn([samples, C, side, side], generator: generator) * 1.5f;
        logits.select(1, 0).add_(2); // most pixels are background, as in an image
        var p = logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, C);
        return (logits, multinomial(p, 1, generator: generator).reshape(samples, side, side));
    }
}
