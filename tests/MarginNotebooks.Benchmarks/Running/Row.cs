using MarginNotebooks.Benchmarks.Report;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>One row of the benchmark table: what is measured, against what, and how.</summary>
/// <remarks>Each row runs in a process of its own, so that no row's threads, heap or memory reach another's.</remarks>
public abstract class Row
{
    /// <summary>Short name: letters, digits and hyphens.</summary>
    public abstract string Id { get; }

    /// <summary>First column of the table.</summary>
    public abstract string Title { get; }

    /// <summary>What exactly is measured, and how the figure is made of it.</summary>
    public abstract string Measures { get; }

    /// <summary>Unit of the figure.</summary>
    public virtual string FigureUnit => "×";

    /// <summary>What the figure has to reach; null for a row that is shown for orientation.</summary>
    public virtual Requirement? Required => null;

    /// <summary>Why the requirement is missed where it is known to be, and what was tried; shown only when it is missed.</summary>
    public virtual string? WhenShort => null;

    /// <summary>Further environment variables of the row's process.</summary>
    public virtual IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>Measures.</summary>
    /// <param name="context">Sizes, threads, other programs.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="NotAvailableException">Something that the row needs is not here.</exception>
    public abstract Outcome Run(RowContext context);

    /// <summary>Measures one part of the row that needs a fresh process of its own, which <see cref="RowContext.Part"/> starts.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="context">Sizes and threads.</param>
    /// <returns>Lists of numbers by name.</returns>
    public virtual Dictionary<string, double[]> RunPart(string part, RowContext context) =>
        throw new NotSupportedException($"Row '{Id}' has no part '{part}'.");
}

/// <summary>What a row measured.</summary>
/// <param name="Figure">The number that the requirement judges.</param>
/// <param name="Ours">The kit's measurements.</param>
/// <param name="Competitor">What they are held against; null when the figure stands alone.</param>
public sealed record Outcome(double Figure, Sample Ours, Sample? Competitor = null)
{
    /// <summary>Further measurements.</summary>
    public IReadOnlyList<Sample> Details { get; init; } = [];

    /// <summary>Further numbers and texts by name.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Versions of other programs that took part.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Arithmetic of the kit's side.</summary>
    public string Precision { get; init; } = "float32";

    /// <summary>Why the figure does not count, for example because results differ.</summary>
    public string? Fault { get; init; }

    /// <summary>A remark.</summary>
    public string? Note { get; init; }
}

/// <summary>A row cannot be measured here; the message says what is missing and how to get it.</summary>
public sealed class NotAvailableException(string message) : Exception(message);
