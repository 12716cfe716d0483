using System.Globalization;
using System.Text.Json;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>Calibrators on disk: a safetensors file whose texts name the calibrator.</summary>
internal static class CalibratorFile
{
    private const string Format = "margin-notebooks calibrator 1";

    internal static void Write(string path, Calibrator calibrator)
    {
        using var scope = NewDisposeScope();
        var texts = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["calibrator"] = calibrator.Key,
            ["classes"] = calibrator.Classes.ToString(CultureInfo.InvariantCulture),
        };
        if (calibrator.LastFit is { } fit)
            texts["fit"] = JsonSerializer.Serialize(fit, FitJson.Default.CalibratorFit);
        SafeTensors.Write(path, calibrator.State(), texts);
    }

    internal static Calibrator Read(string path)
    {
        using var file = SafeTensors.Read(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new InvalidDataException($"'{path}' holds no calibrator of this kit: write one with Save or 'margin calibrate'.");
        Calibrator? calibrator = null;
        try
        {
            var key = file.Metadata.GetValueOrDefault("calibrator", "");
            if (!CalibratorCatalog.Keys.Contains(key))
                throw new InvalidDataException($"the calibrator '{key}' is not known; known are {string.Join(", ", CalibratorCatalog.Keys)}");
            if (!int.TryParse(file.Metadata.GetValueOrDefault("classes"), NumberStyles.None, CultureInfo.InvariantCulture, out var classes) || classes is < 2 or > 255)
                throw new InvalidDataException($"its number of classes is '{file.Metadata.GetValueOrDefault("classes")}'");
            calibrator = CalibratorCatalog.Create(key);
            calibrator.Restore(new StoredState(file.Tensors), classes);
            calibrator.Fitted(classes, file.Metadata.TryGetValue("fit", out var fit) ? JsonSerializer.Deserialize(fit, FitJson.Default.CalibratorFit) : null);
            return calibrator;
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            calibrator?.Dispose();
            throw new InvalidDataException($"'{path}' cannot be used: {error.Message.TrimEnd('.')}. Fit the calibrator again.", error);
        }
    }
}

/// <summary>Generated, because single-file programs switch reflection off for JSON.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(CalibratorFit))]
[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class FitJson : System.Text.Json.Serialization.JsonSerializerContext;
