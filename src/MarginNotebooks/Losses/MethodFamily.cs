using System.Globalization;
using static System.FormattableString;

namespace MarginNotebooks.Losses;

/// <summary>What a loss says about itself so that studies can name it: a key, with or without a number, and a factory.</summary>
/// <remarks>
/// Declared in the loss's own file: the class implements <see cref="IMethodSource"/> and the file says
/// <c>[assembly: MethodsOf&lt;TheLoss&gt;]</c>. Notebooks and programs may also call <see cref="MethodCatalog.Register(MethodFamily,
/// bool)"/>.
/// </remarks>
/// <example><code>
/// new MethodFamily
/// {
///     Key = "focal", Numbers = [1, 2, 3], Display = "FL (γ={0})", Source = "Lin et al., ICCV 2017", HyperParameters = "γ 1, 2 and 3",
///     Create = (gamma, ignoreIndex) => new FocalLoss(gamma) { IgnoreIndex = ignoreIndex },
/// }
/// </code></example>
public sealed record MethodFamily
{
    private readonly string key = "";
    private readonly bool takesNumber;

    /// <summary>Lower-case letters, digits, dots and hyphens; a number may follow after a hyphen.</summary>
    public required string Key { get => key; init => key = Checked(value); }

    /// <summary>Name in tables and figures; <c>{0}</c> stands for the number.</summary>
    public required string Display { get; init; }

    /// <summary>Where the method was published, or <c>this kit</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The hyper-parameters that the keys stand for, as published; where they are our choice, that is said.</summary>
    public required string HyperParameters { get; init; }

    /// <summary>The numbers that lists show; empty for a method without, or one that has no usual number.</summary>
    public IReadOnlyList<double> Numbers { get; init; } = [];

    /// <summary>Whether a number belongs to the key; true as soon as there are <see cref="Numbers"/>.</summary>
    public bool TakesNumber { get => takesNumber || Numbers.Count > 0; init => takesNumber = value; }

    /// <summary>Makes a fresh loss from the number (0 where there is none) and the ignored label.</summary>
    public required Func<double, long?, SegmentationLoss> Create { get; init; }

    /// <summary>The keys that lists show.</summary>
    public IReadOnlyList<string> Keys =>
        Numbers.Count > 0 ? [.. Numbers.Select(number => Invariant($"{Key}-{number}"))] : TakesNumber ? [] : [Key];

    /// <summary>The number of a key of this family.</summary>
    /// <param name="text">A key.</param>
    /// <returns>0 where the family takes none; null when the key is not of this family.</returns>
    public double? NumberIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!TakesNumber)
            return text == Key ? 0 : null;
        return text.StartsWith($"{Key}-", StringComparison.Ordinal)
            && double.TryParse(text.AsSpan(Key.Length + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    /// <summary>The method of a key of this family.</summary>
    internal Method Method(string text, double number, long? ignoreIndex)
    {
        SegmentationLoss Fresh() => Create(number, ignoreIndex);
        try
        {
            Fresh();
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new ArgumentException(
                $"Method '{text}' has a number that its loss does not accept: {error.Message}", nameof(text), error);
        }

        return new(text, string.Format(CultureInfo.InvariantCulture, Display, number), Fresh, Source);
    }

    /// <summary>Whether some key would mean both this family and another.</summary>
    internal bool Collides(MethodFamily other) =>
        Key == other.Key || NumberIn(other.Key) is not null || other.NumberIn(Key) is not null
        || other.Keys.Any(text => NumberIn(text) is not null) || Keys.Any(text => other.NumberIn(text) is not null);

    private static string Checked(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && char.IsAsciiLetterLower(key[0]) && key[^1] != '-'
            ? key
            : throw new ArgumentException(
                $"A method's key is made of lower-case letters, digits, dots and hyphens and begins with a letter, but was '{key}'.",
                nameof(key));
}
