namespace MarginNotebooks.Metrics;

/// <summary>A measure of each class, and their mean over the classes for which it is defined.</summary>
/// <param name="PerClass">Value of each class, class 0 first; NaN where the class is absent.</param>
public sealed record ClasswiseSummary(IReadOnlyList<double> PerClass)
{
    /// <summary>Mean over the classes that are there; NaN when none is.</summary>
    public double Mean => PerClass.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Number of classes left out of the mean.</summary>
    public int Absent => PerClass.Count(double.IsNaN);
}
