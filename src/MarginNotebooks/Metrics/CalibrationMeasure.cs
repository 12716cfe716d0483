using System.Reflection;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>A calibration measure of the catalogue: derive from it in one file, and <see cref="CalibrationMeasures"/> finds it.</summary>
/// <remarks>
/// Its keys and names come from the <see cref="ReferenceAttribute"/>s on the type, one a number. A measure that is not defined for its
/// pixels (none there, a class absent) is NaN, never 0 or 1.
/// </remarks>
/// <example><code>
/// [Reference(ReferenceKind.Measure, "gap", "Confidence minus accuracy", Formula = "conf − acc", Source = "this kit", Test = "GapTests")]
/// public sealed class Gap : CalibrationMeasure
/// {
///     public override IReadOnlyList&lt;double&gt; Compute(CalibrationEvidence evidence) =&gt;
///         [evidence.TopLabel.Confidence.Sum() / evidence.Pixels - evidence.Proper.Accuracy];
///     public override IReadOnlyList&lt;string&gt; Keys =&gt; ["gap"];
/// }
/// </code></example>
public abstract class CalibrationMeasure
{
    /// <summary>Keys of its numbers, in the order of <see cref="Compute"/>; each also stands in a reference attribute.</summary>
    public abstract IReadOnlyList<string> Keys { get; }

    /// <summary>Computes the numbers.</summary>
    /// <param name="evidence">Pixels of one region.</param>
    /// <returns>One number a key; NaN where not defined.</returns>
    public abstract IReadOnlyList<double> Compute(CalibrationEvidence evidence);

    /// <summary>The field's name of one of its numbers.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <returns>The title of its reference entry.</returns>
    public virtual string Title(string key) =>
        GetType().GetCustomAttributes<ReferenceAttribute>().FirstOrDefault(entry => entry.Key == key)?.Title
        ?? throw new ArgumentException($"{GetType().Name} has no reference entry for '{key}'; it has {string.Join(", ", Keys)}.", nameof(key));
}
