using MarginNotebooks.Metrics;

namespace MarginNotebooks.Statistics;

/// <summary>One score of several methods on the same cases, as the tests over runs take it.</summary>
public sealed class ScoreMatrix
{
    private ScoreMatrix(string key, bool higherIsBetter, string[] methods, string[] cases, string[] patients, double[][] values, int excluded)
    {
        (Key, HigherIsBetter, Methods, Cases, Patients) = (key, higherIsBetter, methods, cases, patients);
        (Values, Excluded) = (values, excluded);
    }

    /// <summary>Which score, for example <c>dsc</c>.</summary>
    public string Key { get; }

    /// <summary>Whether the highest value is the best.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>Names of the methods.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Names of the cases, in alphabetical order.</summary>
    public IReadOnlyList<string> Cases { get; }

    /// <summary>The patient of each case.</summary>
    public IReadOnlyList<string> Patients { get; }

    /// <summary>A row for each case, in it a value for each method; NaN where the score is not defined.</summary>
    public IReadOnlyList<double[]> Values { get; }

    /// <summary>Cases that <see cref="Complete"/> left out because a method has no value there.</summary>
    public int Excluded { get; }

    /// <summary>Puts the scores of methods side by side.</summary>
    /// <param name="key">Name of the score.</param>
    /// <param name="higherIsBetter">Whether the highest value is the best.</param>
    /// <param name="methods">Name and values of each method, on the same cases in any order.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">There are fewer than two methods, a name or a case occurs twice, or the cases are not the
    /// same.</exception>
    public static ScoreMatrix Of(string key, bool higherIsBetter, IReadOnlyList<(string Name, IReadOnlyList<CaseValue> Values)> methods)
    {
        if (methods.Count < 2)
            throw new ArgumentException($"A comparison needs two methods or more, not {methods.Count}.", nameof(methods));
        if (methods.GroupBy(method => method.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new ArgumentException($"The name '{same.Key}' is that of {same.Count()} methods.", nameof(methods));
        var cases = methods[0].Values.OrderBy(value => value.CaseId, StringComparer.Ordinal).ToArray();
        var values = cases.Select(_ => new double[methods.Count]).ToArray();
        for (var m = 0; m < methods.Count; m++)
        {
            var sorted = methods[m].Values.OrderBy(value => value.CaseId, StringComparer.Ordinal).ToArray();
            for (var i = 1; i < sorted.Length; i++)
                if (sorted[i].CaseId == sorted[i - 1].CaseId)
                    throw new ArgumentException($"Case '{sorted[i].CaseId}' occurs twice for '{methods[m].Name}'.", nameof(methods));
            var odd = sorted.Select(value => (value.CaseId, value.PatientId)).ToHashSet();
            odd.SymmetricExceptWith(cases.Select(value => (value.CaseId, value.PatientId)));
            if (odd.Count > 0)
                throw new ArgumentException(
                    $"'{methods[0].Name}' and '{methods[m].Name}' were not scored on the same cases and patients: they differ in "
                    + $"'{odd.First().CaseId}' of '{odd.First().PatientId}'.", nameof(methods));
            for (var i = 0; i < cases.Length; i++)
                values[i][m] = sorted[i].Value;
        }

        return new ScoreMatrix(
            key, higherIsBetter, [.. methods.Select(method => method.Name)], [.. cases.Select(value => value.CaseId)],
            [.. cases.Select(value => value.PatientId)], values, 0);
    }

    /// <summary>A row for each patient: the mean over the patient's cases where the score is defined. Tests take patients as
    /// independent, which cases of one patient are not.</summary>
    /// <remarks>A case counts for all methods or for none, so that a patient's means are over the same cases.</remarks>
    /// <returns>A matrix whose cases are patients; one without any case for all methods is NaN.</returns>
    public ScoreMatrix ByPatient()
    {
        var groups = Enumerable.Range(0, Cases.Count).GroupBy(i => Patients[i], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        string[] names = [.. groups.Select(group => group.Key)];
        return new ScoreMatrix(Key, HigherIsBetter, [.. Methods], names, names, [.. groups.Select(Mean)], Excluded);

        double[] Mean(IEnumerable<int> group)
        {
            var rows = group.Where(i => !Values[i].Any(double.IsNaN)).ToArray();
            return [.. Enumerable.Range(0, Methods.Count)
                .Select(m => rows.Length == 0 ? double.NaN : rows.Average(i => Values[i][m]))];
        }
    }

    /// <summary>Leaves out the cases where a method has no value; they are counted in <see cref="Excluded"/>.</summary>
    /// <returns>A matrix without NaN.</returns>
    public ScoreMatrix Complete()
    {
        var kept = Enumerable.Range(0, Cases.Count).Where(i => !Values[i].Any(double.IsNaN)).ToArray();
        return new ScoreMatrix(
            Key, HigherIsBetter, [.. Methods], [.. kept.Select(i => Cases[i])], [.. kept.Select(i => Patients[i])],
            [.. kept.Select(i => Values[i])], Excluded + Cases.Count - kept.Length);
    }

    /// <summary>The values of one method.</summary>
    /// <param name="method">Its position.</param>
    /// <returns>A value for each case.</returns>
    public double[] Column(int method) => [.. Values.Select(row => row[method])];

    /// <summary>Position of a method.</summary>
    /// <param name="method">Its name.</param>
    /// <returns>The position.</returns>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int IndexOf(string method) => Enumerable.Range(0, Methods.Count).Where(m => Methods[m] == method).DefaultIfEmpty(-1).First() is
        >= 0 and var found
        ? found
        : throw new ArgumentException($"There is no method '{method}'; there are {string.Join(", ", Methods)}.", nameof(method));
}
