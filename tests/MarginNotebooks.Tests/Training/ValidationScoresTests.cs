using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class ValidationScoresTests
{
    /// <summary>The definitions, pixel by pixel in double precision: nothing of the library's measures is used.</summary>
    private static ValidationScores Loop(IEnumerable<(Tensor Logits, Tensor Labels)> batches, int classes, long? ignored)
    {
        var (shared, predicted, truly) = (new long[classes], new long[classes], new long[classes]);
        var (count, confidence, right) = (new long[15], new double[15], new long[15]);
        var (nll, distance, pixels) = (0.0, 0.0, 0L);
        foreach (var (logits, labels) in batches)
        {
            var l = logits.permute(0, 2, 3, 1).contiguous().data<float>().ToArray().Chunk(classes).ToArray(); // (B·H·W, K)
            var y = labels.contiguous().data<long>().ToArray();
            for (var i = 0; i < y.Length; i++)
            {
                if (y[i] == ignored)
                    continue;
                var largest = l[i].Max();
                var winner = Array.IndexOf(l[i], largest);
                truly[y[i]]++;
                predicted[winner]++;
                shared[winner] += winner == y[i] ? 1 : 0;
                if (y[i] == 0)
                    continue;
                var sum = l[i].Sum(value => Math.Exp((double)value - largest));
                // Bins (b/15, (b + 1)/15].
                var bin = Math.Clamp((int)Math.Ceiling(15 / sum) - 1, 0, 14);
                count[bin]++;
                confidence[bin] += 1 / sum;
                right[bin] += winner == y[i] ? 1 : 0;
                nll += Math.Log(sum) - ((double)l[i][y[i]] - largest);
                distance += (double)largest - l[i].Min();
                pixels++;
            }
        }
        var dice = Enumerable.Range(1, classes - 1).Average(k => 2.0 * shared[k] / (predicted[k] + truly[k] + 1e-10));
        return pixels == 0
            ? new ValidationScores(dice, double.NaN, double.NaN, double.NaN)
            : new ValidationScores(
                dice, Enumerable.Range(0, 15).Sum(b => Math.Abs(confidence[b] - right[b])) / pixels, nll / pixels, distance / pixels);
    }

    [Theory]
    [InlineData(2, 255)]
    [InlineData(4, 255)]
    [InlineData(4, null)]
    public void Batches_agree_with_a_loop_over_pixels(int classes, int? ignored)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var batches = Enumerable.Range(0, 3).Select(_ =>
        {
            var labels = randint(0, ignored is null ? classes : classes + 1, [2, 9, 7], ScalarType.Int64, generator: generator);
            return (Logits: randn([2, classes, 9, 7], generator: generator) * 4,
                Labels: where(labels == classes, full_like(labels, 255), labels));
        }).ToArray();
        var scoring = new ValidationScoring(classes, ignored);
        foreach (var (logits, labels) in batches)
            scoring.Add(logits, labels);
        AssertClose(Loop(batches, classes, ignored), scoring.Scores());
    }

    [Fact]
    public void Without_foreground_calibration_is_not_defined()
    {
        using var scope = NewDisposeScope();
        var scoring = new ValidationScoring(3, 255);
        scoring.Add(zeros(1, 3, 2, 2), tensor(new long[] { 0, 255, 0, 0 }, [1, 2, 2]));
        Assert.Equal(new ValidationScores(0, double.NaN, double.NaN, double.NaN), scoring.Scores());
    }

    [Fact]
    public void The_epoch_log_holds_the_scores_of_the_kept_weights()
    {
        using var folder = new TemporaryFolder();
        var result = TrainingRun.Run(folder.Path);
        using var scope = NewDisposeScope();
        using var network = BackboneCatalog.Create(BackboneCatalog.Default, new BackboneSettings(1, 3, 2, 32, 32, Seed: 9));
        ModelWeights.Load(network, folder["best.safetensors"]);
        var source = new DiscSource(9, seed: 2); // TrainingRun's validation slices
        var (images, labels) = source.Batch([.. Enumerable.Range(0, 9)], CPU);
        var logits = new Predictor(network).Predict(images);

        var logged = result.Log[result.BestEpoch].Validation!;
        AssertClose(Loop([(logits, labels)], 3, null), logged, 1e-4);
        Assert.True(logged.Dice > 0 && logged.LogitDistance > 0);
        Assert.Equal(logged, EpochLog.Read(folder["epochs.jsonl"])[result.BestEpoch].Validation);
        // IoU and Dice come from the same areas.
        Assert.True(result.BestMeanIoU < logged.Dice);
    }

    private static void AssertClose(ValidationScores expected, ValidationScores actual, double tolerance = 1e-6)
    {
        Assert.Equal(expected.Dice, actual.Dice, tolerance);
        Assert.Equal(expected.Ece, actual.Ece, tolerance);
        Assert.Equal(expected.Nll, actual.Nll, tolerance);
        Assert.Equal(expected.LogitDistance, actual.LogitDistance, tolerance);
    }
}
