using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using MarginNotebooks.Data.MetaImages;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Tests.Data.MetaImages;

/// <summary>
/// The reader against the Insight Toolkit. ITK comes with elastix: a registration of an image with itself that may not move
/// anything writes the image again, and its geometry as numbers.
/// </summary>
public sealed class ItkTests
{
    private const string Elastix = "/usr/bin/elastix";

    // A gain of 0 keeps the transform at the identity; order 0 takes the nearest voxel as it is.
    private const string Parameters = """
        (FixedInternalImagePixelType "float")
        (MovingInternalImagePixelType "float")
        (FixedImageDimension {0})
        (MovingImageDimension {0})
        (UseDirectionCosines "true")
        (Registration "MultiResolutionRegistration")
        (FixedImagePyramid "FixedRecursiveImagePyramid")
        (MovingImagePyramid "MovingRecursiveImagePyramid")
        (Interpolator "LinearInterpolator")
        (ResampleInterpolator "FinalBSplineInterpolator")
        (FinalBSplineInterpolationOrder 0)
        (Resampler "DefaultResampler")
        (Metric "AdvancedMeanSquares")
        (Optimizer "StandardGradientDescent")
        (SP_a 0.0)
        (Transform "TranslationTransform")
        (AutomaticTransformInitialization "false")
        (NumberOfResolutions 1)
        (MaximumNumberOfIterations 1)
        (ImageSampler "Full")
        (DefaultPixelValue -12345)
        (WriteResultImage "true")
        (ResultImagePixelType "{1}")
        (ResultImageFormat "{2}")
        (CompressResultImage "{3}")
        """;

    [Theory]
    [InlineData("raw")]
    [InlineData("local")]
    [InlineData("zlib")]
    [InlineData("list")]
    [InlineData("pattern")]
    [InlineData("header-of-100")]
    [InlineData("header-unknown")]
    [InlineData("text")]
    public void Numbers_are_found_where_itk_finds_them(string kind)
    {
        using var folder = new TemporaryFolder();
        MetaImageTests.Put(folder, kind, MetaFile.Ramp<short>(60));
        AssertLikeItk(folder, "a.mhd");
    }

    [Fact]
    public void Types_and_byte_orders_are_read_like_itk()
    {
        using var folder = new TemporaryFolder();
        void Check<T>(string type, bool big)
            where T : unmanaged, INumber<T>
        {
            File.WriteAllText(folder["a.mhd"], MetaFile.Header([5, 4, 3], type, "a.raw", ("BinaryDataByteOrderMSB", big ? "True" : "False")));
            File.WriteAllBytes(folder["a.raw"], MetaFile.Bytes(MetaFile.Ramp<T>(60), big));
            AssertLikeItk(folder, "a.mhd");
        }

        Check<sbyte>("MET_CHAR", false);
        Check<byte>("MET_UCHAR", false);
        Check<short>("MET_SHORT", true);
        Check<ushort>("MET_USHORT", true);
        Check<int>("MET_INT", true);
        Check<uint>("MET_UINT", false);
        Check<long>("MET_LONG_LONG", true);
        Check<float>("MET_FLOAT", true);
        Check<double>("MET_DOUBLE", true);
    }

    [Fact]
    public void Places_and_directions_are_those_of_itk()
    {
        using var folder = new TemporaryFolder();
        void Check(int[] shape, params (string, string)[] more)
        {
            MetaFile.Write(folder["a.mhd"], shape, "MET_SHORT", MetaFile.Ramp<short>(shape.Aggregate((a, b) => a * b)), more);
            AssertLikeItk(folder, "a.mhd");
        }

        Check([5, 4, 3], ("TransformMatrix", "0 1 0 -1 0 0 0 0 1"), ("Offset", "10 -20.5 30"), ("AnatomicalOrientation", "RAI"));
        Check([5, 4, 3], ("TransformMatrix", "0.96 0.28 0 -0.28 0.96 0 0 0 -1"), ("Position", "1 2 3"), ("ElementSpacing", "0.7 0.8 3.6"));
        Check([5, 4, 3], ("ElementSpacing", ""), ("ElementSize", "0.7 0.8 3.6"), ("Origin", "-5 6 7"));
        Check([7, 6], ("TransformMatrix", "0 1 1 0"), ("Offset", "3 4"));
    }

    [Theory]
    [InlineData("mhd", "false", "short")]
    [InlineData("mhd", "true", "unsigned char")]
    [InlineData("mha", "false", "float")]
    [InlineData("mha", "true", "double")]
    public void What_itk_writes_is_read_back(string format, string packed, string type)
    {
        using var folder = new TemporaryFolder();
        var values = MetaFile.Ramp<byte>(60);
        MetaFile.Write(folder["a.mhd"], [5, 4, 3], "MET_UCHAR", values, ("TransformMatrix", "0 1 0 -1 0 0 0 0 1"), ("Offset", "10 -20 30"));
        Run(folder, "a.mhd", 3, type, format, packed);
        var (ours, itk) = (MetaImage.Read(folder["a.mhd"]), MetaImage.Read(folder[$"result.0.{format}"]));
        Assert.Equal(packed == "true", itk.Header.CompressedData);
        Assert.Equal(values.Select(value => (float)value), itk.ToFloat());
        Assert.Equal(ours.Affine.Cast<double>(), itk.Affine.Cast<double>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static void AssertLikeItk(TemporaryFolder folder, string file)
    {
        var ours = MetaImage.Read(folder[file]);
        var axes = ours.Shape.Count;
        Run(folder, file, axes, "float", "nii", "false");
        // The values by way of our own NIfTI reader, which is compared with nibabel elsewhere.
        Assert.Equal(ours.ToFloat(), NiftiImage.Read(folder["result.0.nii"]).ToFloat());
        var lines = File.ReadLines(folder["TransformParameters.0.txt"]).Select(line => line.Trim('(', ')', '\r').Split(' ')).Where(words => words.Length > 1)
            .GroupBy(words => words[0]).ToDictionary(group => group.Key, group => group.First()[1..]);
        double[] Numbers(string key) => [.. lines[key].Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        Assert.Equal(ours.Shape.Select(extent => (double)extent), Numbers("Size"));
        void Same(IEnumerable<double> expected, string key) => Assert.Equal(expected, Numbers(key), (a, b) => Math.Abs(a - b) < 1e-9);
        Same(ours.Header.Spacing, "Spacing");
        Same(ours.Header.Offset, "Origin");
        Same(ours.Header.Directions, "Direction");
    }

    private static void Run(TemporaryFolder folder, string file, int axes, string type, string format, string packed)
    {
        if (!File.Exists(Elastix))
            Assert.Skip($"{Elastix} is missing; apt-get install -y --no-install-recommends elastix");
        File.WriteAllText(folder["parameters.txt"], string.Format(CultureInfo.InvariantCulture, Parameters, axes, type, format, packed));
        var start = new ProcessStartInfo(Elastix) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        foreach (var argument in (string[])["-threads", "1", "-f", file, "-m", file, "-p", "parameters.txt", "-out", folder.Path])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"elastix failed on {file}:\n{output}\n{error.Result}");
    }
}
