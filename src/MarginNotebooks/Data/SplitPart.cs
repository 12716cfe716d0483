namespace MarginNotebooks.Data;

/// <summary>The three parts of a data set.</summary>
public enum SplitPart
{
    /// <summary>What the network learns from.</summary>
    Train,

    /// <summary>What the best epoch and temperatures are chosen on.</summary>
    Valid,

    /// <summary>What results are reported on, and nothing else.</summary>
    Test,
}

/// <summary>Names of the parts.</summary>
public static class SplitParts
{
    /// <summary>All three, in order.</summary>
    public static IReadOnlyList<SplitPart> All { get; } = [SplitPart.Train, SplitPart.Valid, SplitPart.Test];

    /// <summary>The folder of a part in the authors' layout.</summary>
    /// <param name="part">The part.</param>
    /// <returns><c>train</c>, <c>valid</c> or <c>test</c>.</returns>
    public static string Folder(this SplitPart part) => part switch
    {
        SplitPart.Train => "train",
        SplitPart.Valid => "valid",
        SplitPart.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Not a part of a data set."),
    };
}
