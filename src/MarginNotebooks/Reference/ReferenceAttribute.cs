namespace MarginNotebooks.Reference;

/// <summary>Enters a type or a member into the reference page, which <c>margin reference</c> writes.</summary>
/// <remarks>
/// The page links the file that is named after the type (or after the type that holds the member), and the test file of <see cref="Test"/>;
/// a test sees to it that both are there. A type that holds several measures carries the attribute several times.
/// </remarks>
/// <param name="kind">The chapter.</param>
/// <param name="key">Short key by which commands, tables or result files name it, for example <c>mbls-M</c> or <c>ece</c>.</param>
/// <param name="title">The field's name of it, for example <c>Expected calibration error (ECE)</c>.</param>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Field,
    AllowMultiple = true, Inherited = false)]
public sealed class ReferenceAttribute(ReferenceKind kind, string key, string title) : Attribute
{
    /// <summary>The chapter.</summary>
    public ReferenceKind Kind { get; } = kind;

    /// <summary>Short key by which commands, tables or result files name it.</summary>
    public string Key { get; } = key;

    /// <summary>The field's name of it.</summary>
    public string Title { get; } = title;

    /// <summary>The formula in one line of plain text; symbols as in the type's remarks.</summary>
    public required string Formula { get; init; }

    /// <summary>Where it was published, with an arXiv number or DOI where there is one; <c>this kit</c> where it is our own.</summary>
    public required string Source { get; init; }

    /// <summary>Name of the test class that checks it, which is also the name of its file.</summary>
    public required string Test { get; init; }

    /// <summary>What a reader must know besides: published hyper-parameters, whether it can change the predicted class, departures.</summary>
    public string? Note { get; init; }
}
