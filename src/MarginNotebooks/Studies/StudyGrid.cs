namespace MarginNotebooks.Studies;

/// <summary>Declares a study as a grid: base settings, axes, and what to leave out. Grids can be joined; a run that several have is one run.</summary>
/// <example>
/// <code>
/// var study = new StudyGrid(new RunConfiguration { Dataset = "phantom", Method = "ce", PhantomPatients = 20, Filters = 8, Epochs = 12 })
///     .Over("method", "ce", "mbls-5", "mbls-10").Over("seed", 1, 2, 3)
///     .Except(("method", "mbls-10"), ("seed", 3))
///     .ToStudy("mine");
/// </code>
/// </example>
public sealed class StudyGrid
{
    private readonly RunConfiguration _base;
    private readonly IReadOnlyList<(string Name, IReadOnlyList<object?> Values)> _axes;
    private readonly IReadOnlyList<IReadOnlyList<(string Name, object? Value)>> _exceptions;

    /// <summary>A grid of one run.</summary>
    /// <param name="baseSettings">What all runs have in common.</param>
    public StudyGrid(RunConfiguration baseSettings) : this(baseSettings, [], [])
    {
    }

    private StudyGrid(
        RunConfiguration baseSettings, IReadOnlyList<(string, IReadOnlyList<object?>)> axes, IReadOnlyList<IReadOnlyList<(string, object?)>> exceptions) =>
        (_base, _axes, _exceptions) = (baseSettings, axes, exceptions);

    /// <summary>Runs each value of a property with everything before; the first axis changes slowest.</summary>
    /// <param name="property">Any property of <see cref="RunConfiguration"/>, or <c>lambda</c>; see <see cref="ConfigurationProperties"/>.</param>
    /// <param name="values">Its values.</param>
    /// <returns>The larger grid.</returns>
    /// <exception cref="ArgumentException">Unknown property, none or repeated values, or an axis that is there already.</exception>
    public StudyGrid Over(string property, params IReadOnlyList<object?> values)
    {
        if (!ConfigurationProperties.Exists(property))
            ConfigurationProperties.Get(_base, property);
        if (values.Count == 0)
            throw new ArgumentException($"The axis '{property}' has no values.", nameof(values));
        if (values.Select(ConfigurationProperties.Text).GroupBy(text => text).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The axis '{property}' has the value '{twice.Key}' twice.", nameof(values));
        if (_axes.Any(axis => axis.Name.Equals(property, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"The axis '{property}' is there twice.", nameof(property));
        return new StudyGrid(_base, [.. _axes, (property, values)], _exceptions);
    }

    /// <summary>Leaves out the runs that have all of the given values.</summary>
    /// <param name="values">Property and value.</param>
    /// <returns>The smaller grid.</returns>
    public StudyGrid Except(params IReadOnlyList<(string Property, object? Value)> values) => values.Count == 0
        ? throw new ArgumentException("An exclusion without values would leave out every run.", nameof(values))
        : new StudyGrid(_base, _axes, [.. _exceptions, values]);

    /// <summary>The runs, in the order of the axes.</summary>
    /// <returns>Valid configurations, each once.</returns>
    /// <exception cref="ArgumentException">A value does not fit its property, or a combination cannot be trained; the message names it.</exception>
    public IReadOnlyList<RunConfiguration> Runs()
    {
        // λ is part of the method's key: it can only be set once there is the method.
        var axes = _axes.OrderBy(axis => axis.Name.Equals(ConfigurationProperties.Lambda, StringComparison.OrdinalIgnoreCase)).ToList();
        IEnumerable<RunConfiguration> runs = [_base];
        foreach (var (name, values) in axes)
            runs = runs.SelectMany(run => values.Select(value => ConfigurationProperties.With(run, name, value)));
        return
        [
            .. runs.Where(run => !_exceptions.Any(exception => exception.All(part => ConfigurationProperties.Has(run, part.Name, part.Value))))
                .Select(run => run.Validated())
                .Distinct(),
        ];
    }

    /// <summary>The study of this grid.</summary>
    /// <param name="name">Short name; letters, digits, hyphens and underscores.</param>
    /// <returns>The study.</returns>
    public Study ToStudy(string name) => new(name, Runs());
}
