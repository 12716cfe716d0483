using MarginNotebooks.Calibration;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class CalibratorFileTests
{
    [Theory]
    [InlineData("temperature")]
    [InlineData("matrix")]
    [InlineData("isotonic")]
    [InlineData("local-temperature")]
    public void Damage_is_noticed_and_the_file_named(string key)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "c.safetensors");
        using var calibrator = key == "local-temperature" ? new LocalTemperatureScaling { Epochs = 0 } : CalibratorCatalog.Create(key);
        calibrator.FitHere([MadeUpPixels.Draw(1, 3, 400, shape: [20, 20])]);
        calibrator.Save(path);
        var whole = File.ReadAllBytes(path);
        foreach (var damaged in new[] { whole[..^3], [.. whole, 1], Flipped(whole, whole.Length - 5), Flipped(whole, 60), [], "text"u8.ToArray() })
        {
            File.WriteAllBytes(path, damaged);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Calibrator.Load(path)).Message);
        }
    }

    [Fact]
    public void Foreign_files_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "c.safetensors");
        void Refuses(string expected, Dictionary<string, string> texts, params (string Name, Tensor Value)[] tensors)
        {
            SafeTensors.Write(path, tensors.ToDictionary(pair => pair.Name, pair => pair.Value), texts);
            var message = Assert.Throws<InvalidDataException>(() => Calibrator.Load(path)).Message;
            Assert.Contains(expected, message);
            Assert.Contains(path, message);
        }

        var texts = new Dictionary<string, string> { ["format"] = "margin-notebooks calibrator 1", ["calibrator"] = "temperature", ["classes"] = "3" };
        Refuses("no calibrator", [], ("weight", ones(3)));
        Refuses("'nonsense'", new(texts) { ["calibrator"] = "nonsense" });
        Refuses("'many'", new(texts) { ["classes"] = "many" });
        Refuses("lacks the tensor 'temperature'", texts);
        Refuses("not positive", texts, ("temperature", tensor(new[] { -1.0 })));
        Refuses("not finite", texts, ("temperature", tensor(new[] { double.NaN })));
        Refuses("of 2 values", texts, ("temperature", tensor(new[] { 1.0, 2 })));
        Refuses("Float32", texts, ("temperature", tensor(new[] { 1f })));
        Refuses("does not ascend", new(texts) { ["calibrator"] = "isotonic" },
            ("floor", tensor(new[] { 0.1 })), ("knots.0", tensor(new[] { 0.5, 0.2 })), ("values.0", tensor(new[] { 0.1, 0.2 })));
        Refuses("do not fit", new(texts) { ["calibrator"] = "local-temperature" }, ("logits_weight", ones(1, 2)), ("logits_bias", ones(3)));
    }

    [Fact]
    public void A_missing_file_is_a_missing_file() =>
        Assert.Throws<FileNotFoundException>(() => Calibrator.Load(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())));

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = (byte[])bytes.Clone();
        copy[at] ^= 0x10;
        return copy;
    }
}
