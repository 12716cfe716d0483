using System.Reflection;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>The catalogue of calibration measures by key: the streamed ones, and every <see cref="CalibrationMeasure"/> of the kit.</summary>
/// <example><code>
/// var values = CalibrationMeasures.Compute(["ece", "smece", "aurc"], pixels.All());
/// Console.WriteLine(values["smece"]);
/// </code></example>
public static class CalibrationMeasures
{
    private static readonly Lock s_gate = new();
    private static readonly List<CalibrationMeasure> s_all = [new Streamed(), .. In(typeof(CalibrationMeasures).Assembly)];

    /// <summary>Every measure.</summary>
    public static IReadOnlyList<CalibrationMeasure> All
    {
        get
        {
            lock (s_gate)
                return [.. s_all];
        }
    }

    /// <summary>Every key, the streamed measures' first.</summary>
    public static IReadOnlyList<string> Keys => [.. All.SelectMany(measure => measure.Keys)];

    /// <summary>Adds the measures of another assembly, for example of a notebook.</summary>
    /// <param name="assembly">Its concrete <see cref="CalibrationMeasure"/>s with a constructor without parameters are added.</param>
    /// <exception cref="ArgumentException">A key is taken.</exception>
    public static void Register(Assembly assembly)
    {
        lock (s_gate)
        {
            var known = s_all.Select(measure => measure.GetType()).ToHashSet();
            foreach (var measure in In(assembly).Where(measure => !known.Contains(measure.GetType())))
            {
                var taken = s_all.SelectMany(other => other.Keys).Intersect(measure.Keys).FirstOrDefault();
                if (taken is not null)
                    throw new ArgumentException($"{measure.GetType().Name} brings the key '{taken}', which is taken: choose another.", nameof(assembly));
                s_all.Add(measure);
            }
        }
    }

    /// <summary>Finds the measure of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <returns>The measure.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static CalibrationMeasure Of(string key) =>
        All.FirstOrDefault(measure => measure.Keys.Contains(key))
        ?? throw new ArgumentException($"There is no calibration measure '{key}'; known are {string.Join(", ", Keys)}.", nameof(key));

    /// <summary>The field's name of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <returns>For example <c>Smooth ECE</c>.</returns>
    public static string Title(string key) => Of(key).Title(key);

    /// <summary>Computes some measures of the same pixels; what several share is computed once.</summary>
    /// <param name="keys">Keys, each once.</param>
    /// <param name="evidence">The pixels.</param>
    /// <returns>Values by key, in the order asked for; NaN where not defined.</returns>
    public static IReadOnlyDictionary<string, double> Compute(IReadOnlyList<string> keys, CalibrationEvidence evidence)
    {
        var computed = new Dictionary<CalibrationMeasure, IReadOnlyList<double>>();
        var values = new OrderedDictionary<string, double>();
        foreach (var key in keys)
        {
            var measure = Of(key);
            if (!computed.TryGetValue(measure, out var numbers))
                computed[measure] = numbers = measure.Compute(evidence);
            var at = 0;
            while (measure.Keys[at] != key)
                at++;
            values.Add(key, numbers[at]);
        }

        return values;
    }

    private static IEnumerable<CalibrationMeasure> In(Assembly assembly) => assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(CalibrationMeasure)) && type is { IsAbstract: false, IsNestedPrivate: false })
        .Where(type => type.GetConstructor(Type.EmptyTypes) is not null)
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .Select(type => (CalibrationMeasure)Activator.CreateInstance(type)!);

    /// <summary>The measures that every evaluation streams.</summary>
    private sealed class Streamed : CalibrationMeasure
    {
        private static readonly ILookup<string, ReferenceAttribute> s_entries = typeof(CalibrationMeasures).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<ReferenceAttribute>()
                .Concat(type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                    .SelectMany(member => member.GetCustomAttributes<ReferenceAttribute>())))
            .Where(entry => entry.Kind == ReferenceKind.Measure)
            .ToLookup(entry => entry.Key);

        public override IReadOnlyList<string> Keys => CalibrationScores.Keys;

        public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
        {
            var scores = evidence.Scores();
            return [.. CalibrationScores.Keys.Select(key => scores[key])];
        }

        public override string Title(string key) => s_entries[key].FirstOrDefault()?.Title ?? key;
    }
}
