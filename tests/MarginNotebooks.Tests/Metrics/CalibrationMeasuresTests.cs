using System.Reflection;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Tests.Metrics;

public sealed class CalibrationMeasuresTests
{
    public static TheoryData<string> Keys => [.. CalibrationMeasures.Keys.Where(key => key != "test-share")]; // that one is of the last test

    private static readonly string[] s_unbounded = ["nll", "pixels", "absent-classes", "ece-sweep-bins", "ece-debiased"];

    [Fact]
    public void Agree_with_definitions_in_numpy_scipy_and_scikit_learn()
    {
        var cases = new List<(float[][], byte[])>
        {
            MeasureInputs.Random(1, 300),
            MeasureInputs.Random(2, 250, sharpness: 3),
            MeasureInputs.Random(3, 200, sharpness: 0.4),
            MeasureInputs.Random(4, 150, classes: 2, sharpness: 2),
            MeasureInputs.Random(5, 120, classes: 5, spread: 6),
            MeasureInputs.Tied(6, 200, 16),
            MeasureInputs.Tied(7, 60, 4),
            MeasureInputs.Random(8, 1),
            MeasureInputs.Random(9, 2),
            MeasureInputs.Random(10, 3),
            ([[.5f, .5f, .5f, .5f], [.25f, .25f, .25f, .25f], [.25f, .25f, .25f, .25f]], [0, 1, 0, 2]), // all equal
            ([[.9f, .2f, .7f, .1f], [.1f, .8f, .3f, .9f]], [0, 1, 0, 1]), // all correct
            ([[.9f, .2f, .7f, .1f], [.1f, .8f, .3f, .9f]], [1, 0, 1, 0]), // all wrong
            ([[1f, 1f, 0f, 1f, 0f], [0f, 0f, 1f, 0f, 1f]], [0, 0, 1, 1, 1]), // saturated, one wrong
            ([[1f, 1f, .75f], [0f, 0f, .25f], [0f, 0f, 0f]], [0, 0, 0]), // two classes absent
        };
        var expected = NumpyMeasures.Of(cases);
        Assert.Equal(cases.Count, expected.Count);
        var compared = new HashSet<string>();
        for (var i = 0; i < cases.Count; i++)
        {
            var evidence = MeasureInputs.Evidence(cases[i]);
            foreach (var (key, value) in expected[i])
            {
                var actual = CalibrationMeasures.Compute([key], evidence)[key];
                Assert.True(
                    double.IsFinite(value) ? Math.Abs(value - actual) <= 1e-6 : value.Equals(actual),
                    $"case {i}, {key}: {actual:R} here, {value:R} by the definition");
                compared.Add(key);
            }
        }

        Assert.Empty(CalibrationMeasures.Keys.Except(compared).Except(["pixels", "ece-kde-width", "test-share"]));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_order_of_the_pixels_changes_nothing(string key)
    {
        var input = MeasureInputs.Random(11, 3000, sharpness: 1.5);
        var expected = CalibrationMeasures.Compute([key], MeasureInputs.Evidence(input))[key];
        for (var seed = 0; seed < 3; seed++)
            Assert.Equal(expected, CalibrationMeasures.Compute([key], MeasureInputs.Evidence(MeasureInputs.Shuffled(input, seed)))[key], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Pooled_parts_equal_the_whole(string key)
    {
        var input = MeasureInputs.Random(12, 2500, sharpness: 1.5);
        var whole = CalibrationMeasures.Compute([key], MeasureInputs.Evidence(input))[key];
        var parts = new[]
        {
            MeasureInputs.Evidence(input, i => i < 700), MeasureInputs.Evidence(input, i => i is >= 700 and < 701), MeasureInputs.Evidence(input, i => i > 700),
        };
        foreach (var part in parts)
        {
            CalibrationMeasures.Compute([key], part);
            part.Release();
        }

        Assert.Equal(whole, CalibrationMeasures.Compute([key], CalibrationEvidence.Pool(parts))[key], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Stay_in_their_range(string key)
    {
        foreach (var sharpness in new[] { 0.1, 1, 8 })
        {
            var value = CalibrationMeasures.Compute([key], MeasureInputs.Evidence(MeasureInputs.Random(13, 400, sharpness: sharpness)))[key];
            var most = s_unbounded.Contains(key) || key.StartsWith("nll-", StringComparison.Ordinal) ? double.MaxValue
                : key.StartsWith("brier", StringComparison.Ordinal) || key == "kde-canonical" ? 2 : key == "pece" ? 3 : 1;
            var least = key.EndsWith("-within", StringComparison.Ordinal) ? -2 : key == "ece-debiased" ? -1 : 0;
            Assert.InRange(value, least, most);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Without_pixels_nothing_is_defined(string key)
    {
        var value = CalibrationMeasures.Compute([key], MeasureInputs.Evidence(([[], [], []], [])))[key];
        Assert.Equal(key switch { "pixels" => 0, "absent-classes" => 3, _ => double.NaN }, value);
    }

    [Fact]
    public void Exact_probabilities_score_within_their_noise_floor()
    {
        var evidence = MeasureInputs.Evidence(MeasureInputs.Random(14, 40000));
        var floor = NoiseFloor.Of(evidence.TopLabel);
        var limit = floor.Mean + 5 * floor.StandardDeviation;
        var wrong = MeasureInputs.Evidence(MeasureInputs.Random(14, 40000, sharpness: 2));
        string[] keys = ["ece", "aece", "ece-sweep", "smece", "ece-kde", "sce", "tace", "ace-classwise", "cece", "ece-over", "ece-under", "oe", "ue", "ece-debiased"];
        var (exact, bold) = (CalibrationMeasures.Compute(keys, evidence), CalibrationMeasures.Compute(keys, wrong));
        foreach (var key in keys)
            Assert.True(exact[key] < limit, $"{key} = {exact[key]}, noise floor {limit}");
        foreach (var key in keys.Except(["ece-under", "ue"]))
            Assert.True(bold[key] > 2 * limit, $"{key} = {bold[key]} of an over-confident network, noise floor {limit}");
        Assert.True(CalibrationMeasures.Compute(["rms-debiased"], evidence)["rms-debiased"] < limit);
        Assert.True(CalibrationMeasures.Compute(["brier-reliability"], evidence)["brier-reliability"] < 1e-3);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_has_its_entry_in_the_reference(string key)
    {
        var entries = typeof(CalibrationMeasures).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<ReferenceAttribute>()
                .Concat(type.GetMembers().SelectMany(member => member.GetCustomAttributes<ReferenceAttribute>())))
            .Where(entry => entry.Kind == ReferenceKind.Measure && entry.Key == key).ToArray();
        Assert.Single(entries);
        Assert.Equal(entries[0].Title, CalibrationMeasures.Title(key));
        Assert.NotNull(typeof(CalibrationMeasuresTests).Assembly.GetTypes().FirstOrDefault(type => type.Name == entries[0].Test));
    }

    [Fact]
    public void Keys_are_unique_and_an_unknown_one_is_an_error_that_lists_them()
    {
        Assert.Equal(CalibrationMeasures.Keys.Count, CalibrationMeasures.Keys.Distinct().Count());
        Assert.Contains("smece", Assert.Throws<ArgumentException>(() => CalibrationMeasures.Of("smooth")).Message);
    }

    [Fact]
    public void A_measure_of_another_assembly_joins_the_catalogue_once()
    {
        CalibrationMeasures.Register(typeof(PixelShare).Assembly);
        CalibrationMeasures.Register(typeof(PixelShare).Assembly);
        Assert.Single(CalibrationMeasures.All.OfType<PixelShare>());
        Assert.Equal(1, CalibrationMeasures.Compute(["test-share"], MeasureInputs.Evidence(MeasureInputs.Random(15, 9)))["test-share"]);
        Assert.Equal("Share of the pixels", CalibrationMeasures.Title("test-share"));
    }

    /// <summary>A measure as a user would write one.</summary>
    [Reference(ReferenceKind.Measure, "test-share", "Share of the pixels", Formula = "n/n", Source = "this kit", Test = nameof(CalibrationMeasuresTests))]
    public sealed class PixelShare : CalibrationMeasure
    {
        public override IReadOnlyList<string> Keys => ["test-share"];

        public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) => [(double)evidence.Pixels / evidence.Proper.Pixels];
    }
}
