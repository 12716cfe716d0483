using System.Text.Json;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

/// <summary>Overlap, surface distances and the authors' conventions for them on their own numbers.</summary>
public sealed class SegmentationGoldenTests
{
    private const double Tolerance = 1e-6;

    static SegmentationGoldenTests() => TorchRuntime.EnsureLoaded();

    public static TheoryData<string> MaskFiles => GoldenFiles.Where("segmentation", file => file.TryGetProperty("reference_mask", out _));

    public static TheoryData<string> ShapeFiles => GoldenFiles.Where("segmentation",
        file => file.TryGetProperty("expected", out var expected) && expected.TryGetProperty("is_hd_true", out _));

    public static TheoryData<string> EvaluatorFiles => GoldenFiles.Where("segmentation", file => file.TryGetProperty("batches", out _));

    [Fact]
    public void Every_file_of_the_folder_is_read() =>
        Assert.Equal(GoldenFiles.List("segmentation").Count, MaskFiles.Count + ShapeFiles.Count + EvaluatorFiles.Count);

    [Theory]
    [MemberData(nameof(MaskFiles))]
    public void Distances_of_two_masks(string file)
    {
        var golden = GoldenFiles.Read(file);
        var shape = Shape(golden);
        var spacing = GoldenFiles.Doubles(golden.GetProperty("spacing"));
        var ones = shape.Select(_ => 1.0).ToArray();
        var result = Mask(golden.GetProperty("result"));
        var reference = Mask(golden.GetProperty("reference_mask"));
        var expected = golden.GetProperty("expected");

        var overlap = Overlap.Of(result, reference);
        if (overlap.Union == 0)
            Assert.True(double.IsNaN(overlap.Dice)); // medpy's 0 says "nothing agrees" about two masks that agree
        else
            Close(file, expected.GetProperty("dice"), overlap.Dice);
        var physical = SurfaceDistances.Between(result, reference, shape, spacing);
        Close(file, expected.GetProperty("hd95"), physical.Hd95);
        Close(file, expected.GetProperty("hd"), physical.Hd);
        Close(file, expected.GetProperty("asd_result_to_reference"), physical.Asd);
        Close(file, expected.GetProperty("asd_reference_to_result"), physical.AsdReverse);
        var voxels = SurfaceDistances.Between(result, reference, shape, ones);
        Close(file, expected.GetProperty("hd95_unit_spacing"), voxels.Hd95);
        Close(file, expected.GetProperty("asd_unit_spacing"), voxels.Asd);
        long[] surface = [voxels.ResultToReference.Length, voxels.ReferenceToResult.Length];
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("surface_voxels")), surface);

        var (dice, distance) = ShapeMetrics.TestTime(result, reference, shape);
        var test = expected.GetProperty("shape_metrics_test_time_class1");
        Close(file, test.GetProperty("dsc"), dice);
        Close(file, test.GetProperty("hd"), distance);
        var train = expected.GetProperty("shape_metrics_train_time_class1");
        Close(file, train.GetProperty("asd_called_hd"), ShapeMetrics.TrainTime(result, reference, shape, bitwiseEmptinessTest: true));
        Close(file, train.GetProperty("with_logical_and"), ShapeMetrics.TrainTime(result, reference, shape, bitwiseEmptinessTest: false));

        // The protocol's per-structure score is the same function with the same conventions.
        var authors = StructureScore.Of("1", result, reference, shape, ones, EmptyMaskRule.Authors);
        Close(file, test.GetProperty("dsc"), Math.Round(authors.Dice, 4));
        Close(file, test.GetProperty("hd"), authors.Hd95);
    }

    [Theory]
    [MemberData(nameof(ShapeFiles))]
    public void Shape_metrics_of_label_maps(string file)
    {
        var golden = GoldenFiles.Read(file);
        var shape = Shape(golden);
        var classes = golden.GetProperty("params").GetProperty("num_classes").GetInt32();
        var brain = golden.GetProperty("params").GetProperty("dataset_type").GetString() == "brain19";
        IReadOnlyList<Structure> structures = brain
            ? [new("foreground", [1, 2, 3]), .. Structure.Brats]
            : [.. Enumerable.Range(0, classes).Select(k => new Structure($"{k}", [k]))];
        var result = Bytes(golden.GetProperty("result"));
        var reference = Bytes(golden.GetProperty("reference_labels"));
        var expected = golden.GetProperty("expected");
        Assert.Equal(expected.GetProperty("is_hd_true").GetProperty("dsc").GetArrayLength(), structures.Count);
        for (var i = 0; i < structures.Count; i++)
        {
            var (r, t) = (structures[i].Mask(result), structures[i].Mask(reference));
            var (dice, distance) = ShapeMetrics.TestTime(r, t, shape);
            Close(file, expected.GetProperty("is_hd_true").GetProperty("dsc")[i], dice);
            Close(file, expected.GetProperty("is_hd_false").GetProperty("dsc")[i], dice);
            Close(file, expected.GetProperty("is_hd_true").GetProperty("hd")[i], distance);
            Close(file, expected.GetProperty("is_hd_false").GetProperty("hd")[i], ShapeMetrics.TestTime(r, t, shape, _ => 0).Distance);
        }

        for (var k = 0; k < classes; k++) // the training-time function knows no regions: plain classes in every variant
        {
            var structure = new Structure($"{k}", [k]);
            var (r, t) = (structure.Mask(result), structure.Mask(reference));
            Close(file, expected.GetProperty("train_time_asd_called_hd")[k], ShapeMetrics.TrainTime(r, t, shape, bitwiseEmptinessTest: true));
            Close(file, expected.GetProperty("train_time_asd_with_logical_and")[k], ShapeMetrics.TrainTime(r, t, shape, bitwiseEmptinessTest: false));
        }
    }

    [Theory]
    [MemberData(nameof(EvaluatorFiles))]
    public void Training_time_evaluator(string file)
    {
        var golden = GoldenFiles.Read(file);
        var classes = golden.GetProperty("params").GetProperty("num_classes").GetInt32();
        var ignored = golden.GetProperty("params").GetProperty("ignore_index").GetInt64();
        var areas = new ForegroundMeanIoU(classes, ignored);
        List<double> bitwise = [], logical = [];
        foreach (var batch in golden.GetProperty("batches").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var shape = GoldenFiles.Longs(batch.GetProperty("shape"));
            var result = tensor(GoldenFiles.Longs(batch.GetProperty("result")), shape);
            var labels = tensor(GoldenFiles.Longs(batch.GetProperty("reference_labels")), shape);
            areas.Add(result, labels);
            var alone = new ForegroundMeanIoU(classes, ignored);
            alone.AddLogits(nn.functional.one_hot(result, classes).permute(0, 3, 1, 2).to(ScalarType.Float32), labels.to(ScalarType.Byte));
            Close(file, batch.GetProperty("batch_iou_foreground"), alone.MicroIoU);
            for (var sample = 0; sample < shape[0]; sample++)
            {
                var r = Slice(batch.GetProperty("result"), sample, shape);
                var t = Slice(batch.GetProperty("reference_labels"), sample, shape);
                int[] plane = [(int)shape[1], (int)shape[2]];
                foreach (var structure in Structure.Foreground(classes))
                {
                    bitwise.Add(ShapeMetrics.TrainTime(structure.Mask(r), structure.Mask(t), plane, bitwiseEmptinessTest: true));
                    logical.Add(ShapeMetrics.TrainTime(structure.Mask(r), structure.Mask(t), plane, bitwiseEmptinessTest: false));
                }
            }
        }

        var expected = golden.GetProperty("expected");
        var pooled = Enumerable.Range(0, classes).Select(areas.Areas).ToArray();
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("area_intersection")), pooled.Select(a => a.Intersection));
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("area_union")), pooled.Select(a => a.Union));
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("area_result")), pooled.Select(a => a.Result));
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("area_reference")), pooled.Select(a => a.Reference));
        Close(file, expected.GetProperty("mdsc"), areas.Dice);
        Close(file, expected.GetProperty("miou"), areas.Value);
        Close(file, expected.GetProperty("macc"), areas.Recall);
        Close(file, expected.GetProperty("mhd"), bitwise.Average());
        Close(file, expected.GetProperty("mhd_with_logical_and"), logical.Average());
    }

    private static void Close(string file, JsonElement expected, double actual)
    {
        if (expected.ValueKind == JsonValueKind.Number)
            Assert.True(Math.Abs(expected.GetDouble() - actual) <= Tolerance * Math.Max(1, expected.GetDouble()),
                $"{file}: expected {expected.GetDouble()}, got {actual}");
        else
            Assert.True(double.IsNaN(actual), $"{file}: the original raises, got {actual}");
    }

    private static int[] Shape(JsonElement golden) => [.. GoldenFiles.Longs(golden.GetProperty("shape")).Select(n => (int)n)];

    private static byte[] Bytes(JsonElement array) => [.. GoldenFiles.Longs(array).Select(n => (byte)n)];

    private static bool[] Mask(JsonElement array) => [.. GoldenFiles.Longs(array).Select(n => n != 0)];

    private static byte[] Slice(JsonElement array, int sample, long[] shape)
    {
        var pixels = (int)(shape[1] * shape[2]);
        return Bytes(array)[(sample * pixels)..((sample + 1) * pixels)];
    }
}
