namespace MarginNotebooks.Studies;

/// <summary>How much of the paper's protocol a named study runs.</summary>
public enum StudyScale
{
    /// <summary>The paper's protocol: 32 filters, 100 epochs, the data set's own batch size; for a GPU.</summary>
    Full,

    /// <summary>A network of 8 filters and few epochs, the same for all methods; hours on a CPU.</summary>
    Reduced,

    /// <summary>The smallest that still shows something: minutes on two cores.</summary>
    Quick,
}
