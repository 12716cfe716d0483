using static System.FormattableString;

namespace MarginNotebooks.Losses;

/// <summary>How a <see cref="LambdaSchedule"/> changes its value at the end of an epoch.</summary>
public enum LambdaRule
{
    /// <summary>Never.</summary>
    Constant,

    /// <summary>Adds a number.</summary>
    Add,

    /// <summary>Multiplies by a factor.</summary>
    Multiply,

    /// <summary>Multiplies by a factor every so many epochs.</summary>
    Step,
}

/// <summary>The weight λ of a penalty over the epochs of a run: constant, add, multiply or step, up to a maximum.</summary>
/// <remarks>
/// <para>Source: <c>schedule_alpha</c> of the authors' margin losses, where λ is called alpha. <see cref="EndEpoch"/> is called once
/// after each epoch with its zero-based number; a step happens when <c>(epoch + 1)</c> is a multiple of the step size; every change is
/// capped at <see cref="Maximum"/>, so a start above the cap is pulled down by the first change, as in the original.</para>
/// <para>Departure: the authors' trainer advances the schedule of the L1 margin loss only; the same method of their L2, Dice and NACL
/// losses is never called. Here it works for every loss that takes a schedule. Their factor defaults to 0, which would zero λ at the
/// first multiplication; here it must be given.</para>
/// <para>A schedule holds state: give each loss its own.</para>
/// </remarks>
public sealed class LambdaSchedule
{
    private const string StateKey = "lambda";

    private LambdaSchedule(LambdaRule rule, double initial, double change, int stepSize, double maximum)
    {
        Rule = rule;
        Value = Hyper.NotNegative(initial);
        Change = Hyper.NotNegative(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepSize, 1);
        StepSize = stepSize;
        if (!(maximum >= 0))
            throw new ArgumentOutOfRangeException(nameof(maximum), maximum, "maximum must be 0 or more; infinity stands for none.");
        Maximum = maximum;
    }

    /// <summary>How the value changes.</summary>
    public LambdaRule Rule { get; }

    /// <summary>λ of the current epoch.</summary>
    public double Value { get; private set; }

    /// <summary>The number added or the factor (mu in the authors' code); 0 for a constant.</summary>
    public double Change { get; }

    /// <summary>Epochs from one step to the next; 1 unless the rule is <see cref="LambdaRule.Step"/>.</summary>
    public int StepSize { get; }

    /// <summary>No change takes λ above this; infinite when there is no cap.</summary>
    public double Maximum { get; }

    /// <summary>λ stays as it is.</summary>
    /// <param name="value">λ, at least 0.</param>
    /// <returns>A new schedule.</returns>
    public static LambdaSchedule Constant(double value) => new(LambdaRule.Constant, value, 0, 1, double.PositiveInfinity);

    /// <summary>λ grows by a number each epoch.</summary>
    /// <param name="initial">λ of the first epoch, at least 0.</param>
    /// <param name="increment">Added after each epoch, at least 0.</param>
    /// <param name="maximum">Cap.</param>
    /// <returns>A new schedule.</returns>
    public static LambdaSchedule Add(double initial, double increment, double maximum = double.PositiveInfinity) =>
        new(LambdaRule.Add, initial, increment, 1, maximum);

    /// <summary>λ is multiplied each epoch.</summary>
    /// <param name="initial">λ of the first epoch, at least 0.</param>
    /// <param name="factor">Factor applied after each epoch, at least 0.</param>
    /// <param name="maximum">Cap.</param>
    /// <returns>A new schedule.</returns>
    public static LambdaSchedule Multiply(double initial, double factor, double maximum = double.PositiveInfinity) =>
        new(LambdaRule.Multiply, initial, factor, 1, maximum);

    /// <summary>λ is multiplied every <paramref name="stepSize"/> epochs.</summary>
    /// <param name="initial">λ of the first epochs, at least 0.</param>
    /// <param name="factor">Factor applied at each step, at least 0.</param>
    /// <param name="stepSize">Epochs from one step to the next, at least 1.</param>
    /// <param name="maximum">Cap.</param>
    /// <returns>A new schedule.</returns>
    public static LambdaSchedule Step(double initial, double factor, int stepSize, double maximum = double.PositiveInfinity) =>
        new(LambdaRule.Step, initial, factor, stepSize, maximum);

    /// <summary>A number where a schedule is asked for is a constant λ.</summary>
    /// <param name="value">λ, at least 0.</param>
    public static implicit operator LambdaSchedule(double value) => Constant(value);

    /// <summary>Takes λ from an epoch to the next.</summary>
    /// <param name="epoch">Zero-based number of the epoch that has just ended.</param>
    public void EndEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if ((epoch + 1) % StepSize != 0)
            return;
        Value = Rule switch
        {
            LambdaRule.Add => Math.Min(Value + Change, Maximum),
            LambdaRule.Multiply or LambdaRule.Step => Math.Min(Value * Change, Maximum),
            _ => Value,
        };
    }

    /// <summary>What a resumed run needs: the current λ.</summary>
    /// <returns>One number, named <c>lambda</c>.</returns>
    public IReadOnlyDictionary<string, double> SaveState() => new Dictionary<string, double> { [StateKey] = Value };

    /// <summary>Restores λ exactly.</summary>
    /// <param name="state">What <see cref="SaveState"/> returned.</param>
    /// <exception cref="ArgumentException">The state holds no usable λ.</exception>
    public void LoadState(IReadOnlyDictionary<string, double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.TryGetValue(StateKey, out var value))
            throw new ArgumentException(
                $"The saved state of the loss has no '{StateKey}' (it has: {string.Join(", ", state.Keys)}); it was saved by another loss.",
                nameof(state));
        Value = Hyper.NotNegative(value, StateKey);
    }

    /// <summary>λ and its rule, for names and logs.</summary>
    /// <returns>For example <c>0.1</c> or <c>0.1 +0.05 ≤ 0.5</c>.</returns>
    public override string ToString() => Rule switch
    {
        LambdaRule.Constant => Invariant($"{Value}"),
        LambdaRule.Step => Invariant($"{Value} ×{Change} every {StepSize}{Cap}"),
        LambdaRule.Add => Invariant($"{Value} +{Change}{Cap}"),
        _ => Invariant($"{Value} ×{Change}{Cap}"),
    };

    private string Cap => double.IsPositiveInfinity(Maximum) ? "" : Invariant($" ≤ {Maximum}");
}
