namespace MarginNotebooks.Losses;

/// <summary>A class, usually a loss, that declares methods for <see cref="MethodCatalog"/>.</summary>
public interface IMethodSource
{
    /// <summary>The methods; asked once.</summary>
    static abstract IReadOnlyList<MethodFamily> Families { get; }
}
