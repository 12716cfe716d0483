using MarginNotebooks.Data;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

public sealed class VolumeEvaluatorTests : IDisposable
{
    private const int C = 3;
    private static readonly VoxelSpacing s_spacing = new(8, 1.5, 1.25);
    private readonly DisposeScope _scope;

    public VolumeEvaluatorTests()
    {
        TorchRuntime.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Batches_of_slices_equal_the_whole_volume_and_the_single_measures()
    {
        var (logits, labels) = Volume(depth: 7, seed: 1);
        var protocol = EvaluationProtocol.Sound;
        var evaluator = new VolumeEvaluator(protocol, C);
        foreach (var (from, to) in new[] { (0, 3), (3, 4), (4, 7) })
            evaluator.Add(logits[from..to], labels[from..to]);
        Assert.Equal(7, evaluator.Slices);
        var scores = evaluator.Complete("case", "patient", s_spacing);
        Assert.Equal(0, evaluator.Slices);

        evaluator.Add(logits.permute(1, 0, 2, 3).unsqueeze(0), labels.unsqueeze(0)); // (1, C, D, H, W), (1, D, H, W)
        var whole = evaluator.Complete("case", "patient", s_spacing);
        Assert.Equal(whole.Values.Keys, scores.Values.Keys);
        Assert.All(scores.Values, pair => Assert.Equal(whole[pair.Key], pair.Value, 1e-9));
        Assert.Equal(whole.Predicted, scores.Predicted);

        var predicted = logits.argmax(1).reshape(-1).data<long>().ToArray();
        var truth = labels.reshape(-1).data<long>().ToArray();
        Assert.Equal(predicted, scores.Predicted.Select(v => (long)v));
        for (var k = 1; k < C; k++)
        {
            bool[] result = [.. predicted.Select(v => v == k)], reference = [.. truth.Select(v => v == k)];
            var distances = SurfaceDistances.Between(result, reference, [7, 12, 10], [8, 1.5, 1.25]);
            Assert.Equal(Overlap.Of(result, reference).Dice, scores[$"dsc/{k}"]);
            Assert.Equal(distances.Hd95, scores[$"hd95/{k}"]);
            Assert.Equal(distances.Asd, scores[$"asd/{k}"]);
        }

        Assert.Equal((scores["dsc/1"] + scores["dsc/2"]) / 2, scores["dsc"], 1e-12);
        foreach (var (region, suffix) in new[] { (PixelRegion.ForegroundUnion, ""), (PixelRegion.All, "/all"), (PixelRegion.Foreground, "/foreground") })
        {
            var alone = new CalibrationAccumulator(C, protocol.Calibration, region);
            alone.Add(logits, labels);
            foreach (var key in CalibrationScores.Keys)
                Assert.Equal(alone.Scores()[key], scores[key + suffix], 1e-9);
        }

        Assert.Equal((long)scores["pixels"], scores.Reliability.Total);
        Assert.Equal(7 * 12 * 10, scores.In(PixelRegion.All).TopLabel.Total);
    }

    [Fact]
    public void Authors_preset_rounds_and_measures_in_voxels_on_the_true_foreground()
    {
        var (logits, labels) = Volume(depth: 4, seed: 2);
        var exact = Evaluate(EvaluationProtocol.Authors with { CaseDecimals = null }, logits, labels);
        var scores = Evaluate(EvaluationProtocol.Authors, logits, labels);
        foreach (var key in new[] { "dsc/1", "dsc/2", "ece", "cece" })
        {
            Assert.Equal(Math.Round(exact[key], 4), scores[key]);
            Assert.NotEqual(exact[key], scores[key]);
        }

        Assert.Equal((scores["dsc/1"] + scores["dsc/2"]) / 2, scores["dsc"], 1e-12);
        Assert.Equal(exact["hd95"], scores["hd95"]);
        Assert.Equal(exact["hd95"], Evaluate(EvaluationProtocol.Authors, logits, labels, VoxelSpacing.Unit)["hd95"]);
        Assert.NotEqual(exact["hd95"], Evaluate(EvaluationProtocol.Sound, logits, labels)["hd95"]);
        Assert.Equal(labels.not_equal(0).sum().item<long>(), (long)scores["pixels"]);
        Assert.DoesNotContain("ece/all", scores.Values.Keys);
    }

    [Fact]
    public void An_absent_a_missed_and_a_spurious_structure_are_counted()
    {
        var labels = zeros(2, 6, 6, ScalarType.Int64);
        labels[0, 2, 2] = 1; // 1 is missed, 2 is spurious, 3 is absent
        var logits = zeros(2, 4, 6, 6);
        logits[.., 0] = 5;
        logits[1, 2, 3, 3] = 9;
        var sound = Evaluate(EvaluationProtocol.Sound, logits, labels, classes: 4);
        Assert.Equal((1, 1, 1), (sound["missed"], sound["spurious"], sound["absent"]));
        Assert.Equal(0, sound["dsc"]);
        Assert.Equal(Math.Sqrt(64 + Math.Pow(5 * 1.5, 2) + Math.Pow(5 * 1.25, 2)), sound["hd95"], 1e-12);
        Assert.True(double.IsNaN(sound["dsc/2"]) && double.IsNaN(sound["dsc/3"]));
        var authors = Evaluate(EvaluationProtocol.Authors, logits, labels, classes: 4);
        Assert.Equal(2 / 3.0, authors["dsc"], 1e-12);
        Assert.Equal(0, authors["hd95"]);
    }

    [Fact]
    public void A_single_slice_is_an_image_in_one_preset_and_a_slab_in_the_other()
    {
        var labels = zeros(1, 12, 12, ScalarType.Int64);
        labels[0, 2..10, 2..10] = 1;
        var predicted = zeros(1, 12, 12, ScalarType.Int64);
        predicted[0, 4..8, 4..8] = 1;
        var logits = nn.functional.one_hot(predicted, 2).permute(0, 3, 1, 2).to(ScalarType.Float32) * 4;
        var image = Evaluate(EvaluationProtocol.Sound, logits, labels, VoxelSpacing.Unit, 2);
        var slab = Evaluate(EvaluationProtocol.Authors, logits, labels, VoxelSpacing.Unit, 2);
        Assert.Equal(2, image["asd"], 1e-12); // the inner contour is 2 voxels from the outer one
        Assert.Equal(0, slab["asd"]); // every voxel of the inner square lies in the filled outer one
    }

    [Fact]
    public void Voxels_that_are_not_annotated_take_no_part()
    {
        var (logits, labels) = Volume(depth: 3, seed: 3);
        var clean = labels.clone();
        clean[.., 6..] = 0;
        labels[.., 6..] = 255;
        var quiet = logits.clone();
        quiet[.., 0, 6..] = 50;
        var ignored = Evaluate(EvaluationProtocol.Sound, logits, labels);
        var without = Evaluate(EvaluationProtocol.Sound, quiet, clean);
        Assert.Equal(without["dsc"], ignored["dsc"]);
        Assert.Equal(without["hd95"], ignored["hd95"]);
        Assert.Equal(without["ece"], ignored["ece"], 1e-9); // the union has no pixel there in either
        Assert.Equal(3 * 6 * 10, ignored["pixels/all"]);
        Assert.True(Evaluate(EvaluationProtocol.Authors, logits, labels)["dsc"] < ignored["dsc"]); // there, predictions on 255 are false positives
    }

    [Fact]
    public void Brats_regions_are_scored_under_their_names()
    {
        var (logits, labels) = Volume(depth: 2, seed: 4, classes: 4);
        var evaluator = new VolumeEvaluator(EvaluationProtocol.Sound, 4, Structure.Brats);
        evaluator.Add(logits, labels);
        var scores = evaluator.Complete("a", "b", s_spacing);
        var whole = Overlap.Of([.. scores.Predicted.Select(v => v > 0)], [.. labels.reshape(-1).data<long>().ToArray().Select(v => v > 0)]);
        Assert.Equal(whole.Dice, scores["dsc/WT"]);
        Assert.Throws<ArgumentException>(() => new VolumeEvaluator(EvaluationProtocol.Sound, 3, Structure.Brats));
    }

    [Fact]
    public void Tolerances_are_the_protocols_or_a_structures_own_and_volumes_are_physical()
    {
        var labels = zeros(3, 12, 12, ScalarType.Int64);
        labels[1, 2..10, 2..10] = 1;
        var predicted = labels.roll(1, 2); // one voxel to the side: 1.25 mm
        var logits = nn.functional.one_hot(predicted, 2).permute(0, 3, 1, 2).to(ScalarType.Float32) * 4;
        logits[1, 1, 9, 9] = -4; // and one voxel less
        double Nsd(EvaluationProtocol protocol, double? own = null)
        {
            var evaluator = new VolumeEvaluator(protocol, 2, [new Structure("1", [1]) { SurfaceTolerance = own }]);
            evaluator.Add(logits, labels);
            return evaluator.Complete("a", "b", s_spacing)["nsd"];
        }

        var sound = EvaluationProtocol.Sound;
        Assert.InRange(Nsd(sound), 0.3, 0.99); // 1 mm is less than a voxel
        Assert.True(Nsd(sound, own: 1.3) > Nsd(sound));
        Assert.Equal(Nsd(sound, own: 1.3), Nsd(sound with { SurfaceTolerance = 1.3 }));
        Assert.Equal(Nsd(sound with { SurfaceTolerance = 7 }, own: 1.3), Nsd(sound, own: 1.3));
        foreach (var protocol in EvaluationProtocol.Presets) // also where distances are in voxels
            Assert.Equal(-s_spacing.Depth * s_spacing.Height * s_spacing.Width / 1000, Evaluate(protocol, logits, labels, classes: 2)["vd"], 1e-12);
    }

    [Fact]
    public void Wrong_use_says_what_is_wrong()
    {
        var evaluator = new VolumeEvaluator(EvaluationProtocol.Sound, C);
        Assert.Contains("'c7'", Assert.Throws<InvalidOperationException>(() => evaluator.Complete("c7", "p", s_spacing)).Message);
        evaluator.Add(zeros(1, C, 4, 4), zeros(1, 4, 4, ScalarType.Int64));
        Assert.Contains("(4, 4)", Assert.Throws<ArgumentException>(() => evaluator.Add(zeros(1, C, 4, 5), zeros(1, 4, 5, ScalarType.Int64))).Message);
        Assert.Throws<ArgumentException>(() => evaluator.Add(zeros([2, C, 3, 4, 4]), zeros(2, 3, 4, 4, ScalarType.Int64)));
        Assert.Equal(1, evaluator.Slices); // a refused batch leaves the volume as it was
        evaluator.Reset();
        Assert.Equal(0, evaluator.Slices);
        evaluator.Add(zeros(1, C, 4, 5), zeros(1, 4, 5, ScalarType.Int64));
        Assert.Contains("known are dsc", Assert.Throws<ArgumentException>(() => evaluator.Complete("a", "b", s_spacing)["dice"]).Message);
    }

    [Fact]
    public void Evaluation_leaves_no_tensors_behind()
    {
        var (logits, labels) = Volume(depth: 2, seed: 5);
        var evaluator = new VolumeEvaluator(EvaluationProtocol.Sound, C);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 5; i++)
            evaluator.Add(logits, labels);
        evaluator.Complete("a", "b", s_spacing);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static CaseScores Evaluate(EvaluationProtocol protocol, Tensor logits, Tensor labels, VoxelSpacing? spacing = null, int classes = C)
    {
        var evaluator = new VolumeEvaluator(protocol, classes);
        evaluator.Add(logits, labels);
        return evaluator.Complete("case", "patient", spacing ?? s_spacing);
    }

    private static (Tensor Logits, Tensor Labels) Volume(int depth, ulong seed, int classes = C)
    {
        var generator = new Generator(seed);
        var logits = randn([depth, classes, 12, 10], generator: generator);
        var labels = (logits + randn([depth, classes, 12, 10], generator: generator)).argmax(1);
        return (logits * 2, labels);
    }
}
