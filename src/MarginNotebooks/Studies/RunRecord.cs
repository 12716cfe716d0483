using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>What a finished run was, and where its numbers came from; stored as <c>run.json</c> beside its tables.</summary>
public sealed record RunRecord
{
    /// <summary>The configuration.</summary>
    public required RunConfiguration Configuration { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public required string Command { get; init; }

    /// <summary>When the training started (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Seconds of training, validation included; a resumed run counts all of its parts.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Seconds of evaluation on the test volumes.</summary>
    public required double EvaluationSeconds { get; init; }

    /// <summary>True when the run was continued from a checkpoint at least once.</summary>
    public required bool Resumed { get; init; }

    /// <summary>Device: <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Versions, system and threads.</summary>
    public required EnvironmentReport Environment { get; init; }

    /// <summary>Commit of the repository that the program was built from; null when it was built outside one.</summary>
    public string? Commit { get; init; }

    /// <summary>Checksum of the data: of the prepared set's manifest and split, or of the phantom's options.</summary>
    public required string DataChecksum { get; init; }

    /// <summary>Numbers of training slices, validation slices and test volumes.</summary>
    public required int[] DataCounts { get; init; }

    /// <summary>Names of the classes, background first.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Zero-based epoch whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Validation foreground mean IoU of that epoch.</summary>
    public required double BestMeanIoU { get; init; }

    /// <summary>Names of the evaluation protocols that the cases are scored under.</summary>
    public IReadOnlyList<string>? Protocols { get; init; }

    /// <summary>
    /// Largest resident memory of the process during the run, in megabytes (10⁶ bytes), memory of a GPU not counted; null where the system
    /// does not tell, and in records from before it was measured.
    /// </summary>
    public double? PeakMemoryMegabytes { get; init; }

    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        // Single-file programs switch the default, reflection, off.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
