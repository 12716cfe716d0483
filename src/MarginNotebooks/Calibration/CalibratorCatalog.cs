using System.Reflection;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>The calibrators that are fitted to logits, by key: every class of this library that says it is one, and those
/// registered.</summary>
/// <remarks><see cref="Ensemble"/> and <see cref="MonteCarloDropout"/> need networks instead of logits and are not among them.</remarks>
public static class CalibratorCatalog
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, Func<Calibrator>> Factories = Find(typeof(CalibratorCatalog).Assembly);

    /// <summary>The keys, in alphabetical order.</summary>
    public static IReadOnlyList<string> Keys
    {
        get
        {
            lock (Gate)
                return [.. Factories.Keys];
        }
    }

    /// <summary>A new calibrator with its default settings; set others with its own constructor.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <returns>The calibrator, not fitted yet.</returns>
    /// <exception cref="ArgumentException">There is none of that key.</exception>
    public static Calibrator Create(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Func<Calibrator>? factory;
        lock (Gate)
            Factories.TryGetValue(key, out factory);
        return factory?.Invoke()
            ?? throw new ArgumentException($"Unknown calibrator '{key}'. Known: {string.Join(", ", Keys)}.", nameof(key));
    }

    /// <summary>Adds a calibrator of another assembly, so that commands and <see cref="Calibrator.Load"/> know it.</summary>
    /// <typeparam name="T">The calibrator.</typeparam>
    /// <exception cref="ArgumentException">Its key is taken by another type.</exception>
    public static void Register<T>()
        where T : Calibrator, new()
    {
        using var one = new T();
        lock (Gate)
        {
            if (Factories.TryGetValue(one.Key, out var known))
            {
                using var other = known();
                if (other.GetType() != typeof(T))
                    throw new ArgumentException($"The key '{one.Key}' of {typeof(T).Name} belongs to {other.GetType().Name}.");
            }
            Factories[one.Key] = () => new T();
        }
    }

    private static SortedDictionary<string, Func<Calibrator>> Find(Assembly assembly)
    {
        var found = new SortedDictionary<string, Func<Calibrator>>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Calibrator)) && !type.IsAbstract))
            if (type.GetCustomAttributes<ReferenceAttribute>().FirstOrDefault(entry => entry.Kind == ReferenceKind.Calibrator) is { } entry)
                found.Add(entry.Key, () => (Calibrator)Activator.CreateInstance(type)!);
        return found;
    }
}
