using System.Text.Json;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>What was computed with a finished run's weights, and where its numbers came from; stored as <c>record.json</c> beside <c>scores.csv</c>.</summary>
public sealed record DerivedRecord
{
    /// <summary>Kind of the computation, for example <c>shift</c>; also the name of its folder.</summary>
    public required string Kind { get; init; }

    /// <summary>The run whose weights were used.</summary>
    public required RunConfiguration Configuration { get; init; }

    /// <summary>The command that repeats it, given a finished run.</summary>
    public required string Command { get; init; }

    /// <summary>What was asked for: shifts with their parameters, or calibrators.</summary>
    public required IReadOnlyList<string> Options { get; init; }

    /// <summary>SHA-256 of the weights, in lower-case hexadecimal.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>When it was started (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took, without reading the data.</summary>
    public required double Seconds { get; init; }

    /// <summary>Device: <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Versions, system and threads.</summary>
    public required EnvironmentReport Environment { get; init; }

    /// <summary>Commit of the repository that the program was built from; null when it was built outside one.</summary>
    public string? Commit { get; init; }

    /// <summary>Checksum of the data, the same as the run's own.</summary>
    public required string DataChecksum { get; init; }

    /// <summary>Number of test volumes.</summary>
    public required int TestVolumes { get; init; }

    /// <summary>Largest resident memory of the process, in megabytes (10⁶ bytes); null where the system does not tell.</summary>
    public double? PeakMemoryMegabytes { get; init; }

    /// <summary>What a reader must know besides, for example what a calibrator's fit did.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    internal string ToJson() => JsonSerializer.Serialize(this, RunRecord.Json) + "\n";
}
