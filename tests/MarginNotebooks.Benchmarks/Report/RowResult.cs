namespace MarginNotebooks.Benchmarks.Report;

/// <summary>One row of the benchmark table with all that its numbers came from; stored as <c>ROW.json</c>.</summary>
public sealed record RowResult
{
    /// <summary>Short name, for <c>--only</c> and for the file.</summary>
    public required string Id { get; init; }

    /// <summary>Place in the table, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>First column of the table.</summary>
    public required string Title { get; init; }

    /// <summary>What exactly was measured, and how the figure is made of it.</summary>
    public required string Measures { get; init; }

    /// <summary>The kit's measurements; null when nothing was measured.</summary>
    public Sample? Ours { get; init; }

    /// <summary>The measurements of what people would use instead, or of what ours is held against; null when there is none.</summary>
    public Sample? Competitor { get; init; }

    /// <summary>The number that the requirement judges; null when nothing was measured.</summary>
    public double? Figure { get; init; }

    /// <summary>Unit of the figure: <c>×</c> for ratios, <c>%</c> for shares, <c>s</c> for times.</summary>
    public required string FigureUnit { get; init; }

    /// <summary>What the figure has to reach; null for a row that is shown for orientation.</summary>
    public Requirement? Required { get; init; }

    /// <summary>Whether it does; null when nothing was measured or nothing is required.</summary>
    public bool? Reached => Figure is { } figure && Required is { } required ? required.IsMetBy(figure) && Fault is null : null;

    /// <summary>Why a figure does not count though it may lie on the good side, for example because results differ; null when all is well.</summary>
    public string? Fault { get; init; }

    /// <summary>Why nothing was measured, why the requirement is missed and what was tried, or a remark.</summary>
    public string? Note { get; init; }

    /// <summary>Further measurements behind the figure.</summary>
    public IReadOnlyList<Sample> Details { get; init; } = [];

    /// <summary>Further numbers and texts by name: counts, rates, thread counts of other programs.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Arithmetic of the kit's side, for example <c>bfloat16 with float32 master weights</c>.</summary>
    public string? Precision { get; init; }

    /// <summary>Whether this was a smoke test at the smallest size, whose numbers mean nothing.</summary>
    public bool Quick { get; init; }

    /// <summary>Processor, cores, threads, memory, devices.</summary>
    public required Machine Machine { get; init; }

    /// <summary>Version of each program and library that took part, by name.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Commit that the program was built from; null outside a clone.</summary>
    public string? Commit { get; init; }

    /// <summary>When the row was measured (UTC).</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The command that measures this row again.</summary>
    public required string Command { get; init; }

    /// <summary>Seconds that the row took, warm-up included.</summary>
    public required double Seconds { get; init; }
}

/// <summary>What the numbers were measured on.</summary>
/// <param name="Processor">Name of the processor.</param>
/// <param name="Cores">Logical processors of the machine.</param>
/// <param name="Threads">Threads that computations used.</param>
/// <param name="MemoryGiB">Main memory.</param>
/// <param name="System">Operating system.</param>
/// <param name="Devices"><c>cpu</c>, or the name of the GPU.</param>
public sealed record Machine(string Processor, int Cores, int Threads, double MemoryGiB, string System, string Devices);
