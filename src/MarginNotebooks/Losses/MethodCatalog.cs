using System.Reflection;

namespace MarginNotebooks.Losses;

/// <summary>Methods by key: those that the paper compares, those that this kit knows besides, and those that users add.</summary>
/// <remarks>
/// A key is a <see cref="MethodFamily"/>, and for families with a hyper-parameter a number after a hyphen: <c>ce</c>, <c>focal-2</c>,
/// <c>mbls-7.5</c>. The number may be any that the loss accepts. λ is 0.1 for every margin penalty, as in the paper. Each loss declares its
/// keys in its own file; the order of <see cref="Keys"/> is that of the paper's comparison.
/// </remarks>
public static class MethodCatalog
{
    /// <summary>λ of every margin penalty in the paper.</summary>
    public const double PublishedLambda = 0.1;

    /// <summary>Where MbLS for segmentation was published.</summary>
    internal const string MarginSource = "Murugesan et al., Medical Image Analysis 87 (2023) 102826, arXiv 2209.09641";

    // The paper's comparison, in its order.
    private static readonly string[] Compared =
        ["ce", "ce-dice", "focal", "ls", "svls", "ecp", "mbls", "mbls-l2", "mbls-l2-authors", "mbls-dice", "nacl"];

    private static readonly Lock Gate = new();
    private static readonly HashSet<Assembly> Read = [];
    private static readonly MethodFamily[] Published;
    private static MethodFamily[] others; // replaced as a whole, so that readers need no lock

    static MethodCatalog()
    {
        var kit = typeof(MethodCatalog).Assembly;
        var families = FamiliesOf(kit);
        Published = [.. Compared.Select(key => families.Single(family => family.Key == key))];
        others = [];
        foreach (var family in families.Where(family => !Compared.Contains(family.Key)))
            others = With(others, family, replace: false);
        Read.Add(kit);
        Keys = [.. Published.SelectMany(family => family.Keys)];
    }

    /// <summary>The keys of the paper's comparison, in its order.</summary>
    public static IReadOnlyList<string> Keys { get; }

    /// <summary>The methods of the paper's comparison, in its order.</summary>
    public static IReadOnlyList<Method> All => [.. Keys.Select(key => Get(key))];

    /// <summary>The keys of all other methods, the kit's and those that were registered, in alphabetical order.</summary>
    public static IReadOnlyList<string> ExtendedKeys => [.. others.SelectMany(family => family.Keys)];

    /// <summary>All other methods, the kit's and those that were registered, in alphabetical order.</summary>
    public static IReadOnlyList<Method> Extended => [.. ExtendedKeys.Select(key => Get(key))];

    /// <summary>What is known of every method: the paper's first, then the others in alphabetical order.</summary>
    public static IReadOnlyList<MethodFamily> Families => [.. Published, .. others];

    /// <summary>The method of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/> or <see cref="ExtendedKeys"/>, or a family with another number.</param>
    /// <param name="ignoreIndex">Label value whose pixels take no part in the loss; null when every pixel counts.</param>
    /// <returns>The method; each call of its factory makes a new loss.</returns>
    /// <exception cref="ArgumentException">Unknown family, or a number that its loss does not accept.</exception>
    public static Method Get(string key, long? ignoreIndex = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (WeightedMethod.Find(key, ignoreIndex) is { } weighted)
            return weighted;
        foreach (var family in Families)
            if (family.NumberIn(key) is { } number)
                return family.Method(key, number, ignoreIndex);
        throw new ArgumentException(
            $"Unknown method '{key}'. Known: {string.Join(", ", Keys.Concat(ExtendedKeys))}; and {Patterns} with other numbers.", nameof(key));
    }

    /// <summary>Adds a method, from a notebook for example.</summary>
    /// <param name="family">The method.</param>
    /// <param name="replace">Whether it takes the place of one that was registered under the same key, as when a cell runs again; the kit's
    /// own methods cannot be replaced.</param>
    /// <exception cref="ArgumentException">The key, or one of its keys with a number, already means another method.</exception>
    public static void Register(MethodFamily family, bool replace = false)
    {
        ArgumentNullException.ThrowIfNull(family);
        lock (Gate)
            others = With(others, family, replace);
    }

    /// <summary>Adds the methods that an assembly declares with <see cref="MethodsOfAttribute{T}"/>; once is enough.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <exception cref="ArgumentException">A key already means another method; then none is added. Or there are none.</exception>
    public static void Register(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (Gate)
        {
            if (Read.Contains(assembly))
                return;
            var families = FamiliesOf(assembly);
            if (families.Count == 0)
                throw new ArgumentException(
                    $"{assembly.GetName().Name} declares no methods: write [assembly: MethodsOf<TheLoss>] in the file of the loss.",
                    nameof(assembly));
            others = families.Aggregate(others, (all, family) => With(all, family, replace: false));
            Read.Add(assembly);
        }
    }

    private static List<MethodFamily> FamiliesOf(Assembly assembly) =>
        [.. assembly.GetCustomAttributes<MethodsOfAttribute>().SelectMany(attribute => attribute.Families)];

    private static MethodFamily[] With(MethodFamily[] known, MethodFamily added, bool replace)
    {
        if (replace)
            known = [.. known.Where(family => family.Key != added.Key || IsOurs(family))];
        if (Published.Concat(known).FirstOrDefault(family => family.Collides(added)) is { } other)
            throw new ArgumentException(
                $"The method key '{added.Key}' is taken: '{other.Key}' is {other.Display} ({other.Source}). Choose another key"
                + (IsOurs(other) ? "." : ", or pass replace: true to put this one in its place."),
                nameof(added));
        return [.. known.Append(added).OrderBy(family => family.Key, StringComparer.Ordinal)];
    }

    private static bool IsOurs(MethodFamily family) => family.Create.Method.Module.Assembly == typeof(MethodCatalog).Assembly;

    private static string Patterns =>
        string.Join(", ", Families.Where(family => family.TakesNumber).Select(family => $"{family.Key}-NUMBER"));
}
