namespace MarginNotebooks.Losses;

/// <summary>Points <see cref="MethodCatalog"/> to a class of this assembly that declares methods; see <see cref="MethodsOfAttribute{T}"/>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public abstract class MethodsOfAttribute : Attribute
{
    private protected MethodsOfAttribute() { }

    internal abstract IReadOnlyList<MethodFamily> Families { get; }
}

/// <summary><c>[assembly: MethodsOf&lt;MyLoss&gt;]</c>, in the file of the loss, enters its methods into <see cref="MethodCatalog"/>.</summary>
/// <remarks>An attribute of the assembly, so that finding the methods needs no look at every type.</remarks>
/// <typeparam name="T">The class that declares them.</typeparam>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class MethodsOfAttribute<T> : MethodsOfAttribute
    where T : IMethodSource
{
    internal override IReadOnlyList<MethodFamily> Families => T.Families;
}
