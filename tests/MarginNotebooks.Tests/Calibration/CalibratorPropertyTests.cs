using MarginNotebooks.Calibration;
using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

/// <summary>What every calibrator of the catalogue must do.</summary>
public sealed class CalibratorPropertyTests
{
    private const int Classes = 3;

    // Local temperature scaling learns from neighbourhoods and takes epochs: fewer pixels, fewer and longer steps.
    private static Calibrator Create(string key, long? ignoreIndex = 255) => key switch
    {
        "local-temperature" => new LocalTemperatureScaling { Epochs = 3, LearningRate = 1e-3, IgnoreIndex = ignoreIndex },
        _ when ignoreIndex == 255 => CalibratorCatalog.Create(key),
        "temperature" => new TemperatureCalibrator { IgnoreIndex = ignoreIndex },
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };

    public static TheoryData<string> Keys => [.. CalibratorCatalog.Keys];

    /// <summary>Those that minimise the likelihood from a start no worse than the logits themselves.</summary>
    public static TheoryData<string> ParametricKeys =>
        [.. CalibratorCatalog.Keys.Where(key => key is not ("isotonic" or "histogram-mass" or "histogram-width" or "temperature-grid"))];

    public static TheoryData<string> PixelKeys => [.. CalibratorCatalog.Keys.Where(key => key != "local-temperature")];

    [Fact]
    public void The_catalogue_holds_them_all()
    {
        string[] expected =
        [
            "class-temperature", "dirichlet", "histogram-mass", "histogram-width", "isotonic", "local-temperature", "matrix", "predicted-class-temperature",
            "temperature", "temperature-grid", "vector",
        ];
        Assert.Equal(expected, CalibratorCatalog.Keys);
        Assert.All(CalibratorCatalog.Keys, key => Assert.Equal(key, CalibratorCatalog.Create(key).Key));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_is_calibrated_already_stays_within_its_noise_floor(string key)
    {
        using var scope = NewDisposeScope();
        const int pixels = 20_000;
        using var calibrator = Create(key);
        var fit = calibrator.FitHere([MadeUpPixels.Draw(1, Classes, pixels, shape: [100, 200])]);
        Assert.Equal((pixels, pixels), (fit.PixelsSeen, fit.PixelsUsed));
        Assert.True(fit.Converged);
        var test = MadeUpPixels.Draw(2, Classes, pixels, shape: [100, 200]);
        var calibrated = calibrator.Apply(test.Logits);

        // The class-wise error of a perfectly calibrated model on as many pixels, its labels drawn again and again from the calibrated probabilities.
        var floor = Enumerable.Range(0, 10).Max(seed => ClasswiseError(calibrated, Redrawn(calibrated, seed)));
        // The fit has seen as few pixels as the test: its own error is as large again, and independent.
        var error = ClasswiseError(calibrated, test.Labels);
        Assert.True(error < 2 * floor, $"{key}: class-wise ECE {error:G4}, noise floor {floor:G4}");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_is_too_sure_gets_better_on_new_data(string key)
    {
        using var scope = NewDisposeScope();
        using var calibrator = Create(key);
        calibrator.FitHere([MadeUpPixels.Draw(3, Classes, 20_000, MadeUpPixels.Modest, shape: [100, 200])]);
        var test = MadeUpPixels.Draw(4, Classes, 20_000, MadeUpPixels.Modest, shape: [100, 200]);
        var calibrated = calibrator.Apply(test.Logits);
        Assert.True(MadeUpPixels.Loss(calibrated, test.Labels) < MadeUpPixels.Loss(test.Logits, test.Labels) - 0.05);
        Assert.True(ClasswiseError(calibrated, test.Labels) < 0.6 * ClasswiseError(test.Logits, test.Labels));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void It_keeps_its_word_about_the_predicted_class(string key)
    {
        using var scope = NewDisposeScope();
        using var calibrator = Create(key);
        calibrator.FitHere([MadeUpPixels.Draw(5, Classes, 10_000, MadeUpPixels.Modest, shape: [100, 100])]);
        var changed = 0L;
        for (var seed = 0; seed < 5; seed++)
        {
            // Also logits that are nearly equal, far apart, and tied.
            using var random = new Generator((ulong)seed);
            var noise = randn([2, Classes, 50, 50], generator: random);
            foreach (var logits in new[] { noise, noise * 1e-6 + 5, noise * 40, noise.round() })
                changed += calibrator.Apply(logits).argmax(1).ne(logits.argmax(1)).sum().item<long>();
        }
        if (calibrator.ChangesPrediction == PredictionChange.Never)
            Assert.Equal(0, changed);
        else
            Assert.True(changed > 0, $"{key} says that it may change the prediction, and never did.");
    }

    [Theory]
    [MemberData(nameof(ParametricKeys))]
    public void The_likelihood_of_the_data_it_was_fitted_to_never_gets_worse(string key)
    {
        using var scope = NewDisposeScope();
        for (var seed = 0; seed < 6; seed++)
        {
            using var calibrator = Create(key);
            // Few pixels, odd scales, rare classes: what a fit can stumble over.
            var data = MadeUpPixels.Draw(seed, 4, 20 + 60 * seed, seed % 2 == 0 ? MadeUpPixels.Modest : null, spread: 0.3 + 4 * seed, shape: [2, 10 + 30 * seed]);
            var fit = calibrator.FitHere([data]);
            var (before, after) = (MadeUpPixels.Loss(data.Logits, data.Labels), MadeUpPixels.Loss(calibrator.Apply(data.Logits), data.Labels));
            Assert.True(after <= before + 1e-6, $"{key}, seed {seed}: {before} became {after}");
            Assert.Equal(before, fit.LossBefore, 1e-5);
            Assert.Equal(after, fit.LossAfter, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(PixelKeys))]
    public void The_order_of_pixels_and_batches_changes_nothing(string key)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(7, Classes, 5000, MadeUpPixels.Modest);
        var order = randperm(5000, int64);
        var (logits, labels) = (data.Logits.index_select(2, order), data.Labels.index_select(1, order));
        using var one = Create(key);
        one.FitHere([data]);
        using var other = Create(key);
        other.FitHere([new(logits.narrow(2, 0, 1234), labels.narrow(1, 0, 1234)), new(logits.narrow(2, 1234, 3766), labels.narrow(1, 1234, 3766))]);
        Assert.True(one.Apply(data.Logits).index_select(2, order).allclose(other.Apply(logits), 1e-5, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Saved_and_loaded_it_gives_the_same_bits(string key)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "c.safetensors");
        using var calibrator = Create(key);
        calibrator.FitHere([MadeUpPixels.Draw(8, Classes, 3000, MadeUpPixels.Modest, shape: [50, 60])]);
        calibrator.Save(path);
        using var loaded = Calibrator.Load(path);
        Assert.Equal((calibrator.GetType(), Classes), (loaded.GetType(), loaded.Classes));
        Assert.Equal(calibrator.LastFit!.LossAfter, loaded.LastFit!.LossAfter);
        var logits = MadeUpPixels.Draw(9, Classes, 3000, shape: [50, 60]).Logits;
        Assert.Equal(MadeUpPixels.Numbers(calibrator.Apply(logits)), MadeUpPixels.Numbers(loaded.Apply(logits)));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Ignored_pixels_take_no_part(string key)
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(10, Classes, 4000, MadeUpPixels.Modest, shape: [40, 100]);
        // The same pixels, and below them as many that say the opposite but are not annotated.
        var more = new CalibrationBatch(cat([data.Logits, -3 * data.Logits], 0), cat([data.Labels, full_like(data.Labels, 255)], 0));
        using var one = Create(key);
        one.FitHere([data]);
        using var other = Create(key);
        var fit = other.FitHere([more]);
        Assert.Equal(4000, fit.PixelsSeen);
        Assert.True(one.Apply(data.Logits).allclose(other.Apply(data.Logits), 1e-5, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_class_that_does_not_occur_gives_finite_numbers_and_a_note(string key)
    {
        using var scope = NewDisposeScope();
        var three = MadeUpPixels.Draw(11, Classes, 4000, MadeUpPixels.Modest, shape: [40, 100]);
        // A fourth class that no pixel has, with logits like the others'.
        var data = new CalibrationBatch(cat([three.Logits, three.Logits.narrow(1, 0, 1) - 1], 1), three.Labels);
        using var calibrator = Create(key);
        var fit = calibrator.FitHere([data]);
        Assert.True(fit.Converged);
        Assert.True(double.IsFinite(fit.LossAfter));
        var calibrated = calibrator.Apply(data.Logits);
        Assert.True(calibrated.isfinite().all().item<bool>());
        // It is not talked out of existence.
        Assert.True(nn.functional.softmax(calibrated, 1).select(1, 3).mean().item<float>() > 1e-3);
        if (key is not ("temperature" or "temperature-grid" or "local-temperature"))
            Assert.Contains(fit.Notes, note => note.Contains("Class 3"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void One_class_alone_leaves_the_logits_as_they_are(string key)
    {
        using var scope = NewDisposeScope();
        using var calibrator = Create(key);
        var data = MadeUpPixels.Draw(12, Classes, 500, shape: [20, 25]);
        var fit = calibrator.FitHere([data with { Labels = zeros_like(data.Labels) }]);
        Assert.Contains("one class only", Assert.Single(fit.Notes));
        Assert.True(nn.functional.softmax(calibrator.Apply(data.Logits), 1).allclose(nn.functional.softmax(data.Logits, 1), 1e-6, 1e-7));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Three_dimensional_maps_and_other_types_work(string key)
    {
        using var scope = NewDisposeScope();
        using var calibrator = Create(key);
        var data = MadeUpPixels.Draw(13, Classes, 2400, MadeUpPixels.Modest, shape: [4, 20, 30]);
        calibrator.FitHere([data]);
        var volume = calibrator.Apply(data.Logits);
        Assert.Equal(data.Logits.shape, volume.shape);
        // Slice by slice the same.
        var slice = calibrator.Apply(data.Logits.select(2, 1));
        Assert.True(volume.select(2, 1).allclose(slice, 1e-5, 1e-6));
        Assert.Equal(ScalarType.Float64, calibrator.Apply(data.Logits.to(ScalarType.Float64)).dtype);
        Assert.Equal(ScalarType.Float32, calibrator.Apply(data.Logits.to(ScalarType.BFloat16)).dtype);
        Assert.True(volume.is_contiguous() || volume.contiguous().allclose(volume));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Wrong_use_is_explained(string key)
    {
        using var scope = NewDisposeScope();
        using var calibrator = Create(key);
        var data = MadeUpPixels.Draw(14, Classes, 400, shape: [20, 20]);
        Assert.Contains(key, Assert.Throws<InvalidOperationException>(() => calibrator.Apply(data.Logits)).Message);
        Assert.Throws<InvalidOperationException>(() => calibrator.Save("nowhere/never.safetensors"));
        Assert.Throws<ArgumentException>(() => calibrator.FitHere([]));
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => calibrator.FitHere([data with { Labels = full_like(data.Labels, 7) }])).Message);
        Assert.Throws<InvalidOperationException>(() => calibrator.FitHere([data with { Logits = full_like(data.Logits, float.NaN) }]));
        Assert.Throws<ArgumentException>(() => calibrator.FitHere([data with { Labels = full_like(data.Labels, 255) }]));
        calibrator.FitHere([data]);
        Assert.Contains("(1, 2, 20, 20)", Assert.Throws<ArgumentException>(() => calibrator.Apply(data.Logits.narrow(1, 0, 2))).Message);
    }

    private static double ClasswiseError(Tensor logits, Tensor labels)
    {
        var sums = new CalibrationAccumulator(Classes, CalibrationRules.Sound, PixelRegion.All);
        sums.Add(logits, labels);
        return sums.Scores().Cece;
    }

    private static Tensor Redrawn(Tensor logits, int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)(1000 + seed));
        var shape = logits.shape;
        var probabilities = nn.functional.softmax(logits, 1).movedim([1L], [-1L]).reshape([-1L, Classes]);
        return probabilities.multinomial(1, generator: random).view([shape[0], .. shape[2..]]).MoveToOuterDisposeScope();
    }
}
