using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Where a run stands, all but the tensors: the part of a checkpoint that is JSON.</summary>
/// <param name="Settings">What decides the numbers of a run; must be the same when it is resumed.</param>
/// <param name="Environment">What may change the last digits: device, threads, versions.</param>
/// <param name="Epoch">Epoch to go on with, zero-based.</param>
/// <param name="Step">Batches of that epoch already trained on; all of them when only validation is missing.</param>
/// <param name="OptimizerSteps">Adam's step count.</param>
/// <param name="LossSums">Sum over those batches of the total loss (key empty) and of each term.</param>
/// <param name="EpochSeconds">Time already spent on that epoch.</param>
/// <param name="LossState">State of the loss (schedules).</param>
/// <param name="Log">Finished epochs.</param>
/// <param name="BestEpoch">Epoch of the best validation score; null before the first.</param>
/// <param name="BestMeanIoU">That score.</param>
internal sealed record CheckpointState(
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, string> Environment,
    int Epoch,
    int Step,
    long OptimizerSteps,
    IReadOnlyList<KeyValuePair<string, double>> LossSums,
    double EpochSeconds,
    IReadOnlyDictionary<string, double> LossState,
    IReadOnlyList<EpochRecord> Log,
    int? BestEpoch,
    double? BestMeanIoU);

/// <summary>
/// Reads and writes checkpoints: safetensors files with the texts <c>format</c> and <c>state</c> (JSON of <see cref="CheckpointState"/>).
/// </summary>
/// <remarks>
/// Tensors: <c>model/NAME</c> (parameters and buffers), <c>exp_avg/NAME</c> and <c>exp_avg_sq/NAME</c> (Adam's moments), <c>best/NAME</c>
/// (weights of the best epoch, once there is one), <c>rng</c> (state of torch's CPU generator).
/// </remarks>
internal static class Checkpoint
{
    internal const string Format = "margin-notebooks-checkpoint-1";

    internal static JsonSerializerOptions Json { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // Single-file programs switch the default, reflection, off.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    internal static void Write(string path, CheckpointState state, IEnumerable<KeyValuePair<string, Tensor>> tensors)
        => SafeTensors.Write(path, tensors, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["state"] = JsonSerializer.Serialize(state, Json),
        });

    internal static (CheckpointState State, SafeTensors File) Read(string path)
    {
        var file = SafeTensors.Read(path, requireHash: true);
        try
        {
            file.Metadata.TryGetValue("format", out var format);
            if (format != Format || !file.Metadata.TryGetValue("state", out var text))
                throw new InvalidDataException($"{path} is not a checkpoint of the format '{Format}' (it says '{format}').");
            return (JsonSerializer.Deserialize<CheckpointState>(text, Json)
                ?? throw new InvalidDataException($"{path} has an empty state."), file);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is JsonException) throw new InvalidDataException($"{path} has an unreadable state: {e.Message}", e);
            throw;
        }
    }
}
