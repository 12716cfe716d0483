namespace MarginNotebooks.Reference;

/// <summary>The chapters of the reference page.</summary>
public enum ReferenceKind
{
    /// <summary>A training objective, or a term of one.</summary>
    Loss,

    /// <summary>A segmentation network.</summary>
    Backbone,

    /// <summary>A calibration fitted after training.</summary>
    Calibrator,

    /// <summary>A score of predictions.</summary>
    Measure,

    /// <summary>A test, interval or ranking over runs.</summary>
    Statistic,

    /// <summary>A figure.</summary>
    Chart,
}
