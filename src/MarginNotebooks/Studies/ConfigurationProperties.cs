using System.Globalization;
using System.Reflection;
using MarginNotebooks.Losses;

namespace MarginNotebooks.Studies;

/// <summary>The properties of a <see cref="RunConfiguration"/> by name, as grids, study files and command lines name them: <c>batchSize</c>.</summary>
/// <remarks>
/// Every property that can be set is an axis. One more name is <c>lambda</c>, the weight of the margin penalty: it is part of the method's key
/// (see <see cref="WeightedMethod"/>), and 0.1, the paper's, leaves the key and with it the run as it is.
/// </remarks>
public static class ConfigurationProperties
{
    /// <summary>The name that stands for the weight of the margin penalty.</summary>
    public const string Lambda = "lambda";

    private static readonly Dictionary<string, PropertyInfo> Known = typeof(RunConfiguration)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is not null)
        .ToDictionary(property => Camel(property.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys, Lambda];

    /// <summary>Tells whether there is such a property.</summary>
    /// <param name="name">Its name; upper and lower case are the same, and hyphens count for nothing: <c>batch-size</c>.</param>
    /// <returns>True when there is.</returns>
    public static bool Exists(string name) => IsLambda(name) || Known.ContainsKey(Plain(name));

    /// <summary>A configuration with one property set.</summary>
    /// <param name="configuration">The configuration; it stays as it is.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="value">The value: of the property's type, a number, a text that reads as one, or null where the property allows it.</param>
    /// <returns>The changed configuration.</returns>
    /// <exception cref="ArgumentException">Unknown property, or a value of another type; the message says what is known.</exception>
    public static RunConfiguration With(RunConfiguration configuration, string name, object? value)
    {
        if (IsLambda(name))
            return configuration with { Method = WeightedMethod.Key(configuration.Method, (double)Converted(name, value, typeof(double))!) };
        var property = Find(name);
        var changed = configuration with { };
        property.SetValue(changed, Converted(name, value, property.PropertyType));
        return changed;
    }

    /// <summary>A property's value.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="name">Name of the property.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="ArgumentException">Unknown property.</exception>
    public static object? Get(RunConfiguration configuration, string name) => IsLambda(name)
        ? WeightedMethod.Split(configuration.Method).Lambda ?? MethodCatalog.PublishedLambda
        : Find(name).GetValue(configuration);

    /// <summary>Tells whether a configuration has a value, written in any of the ways that <see cref="With"/> takes.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="value">The value.</param>
    /// <returns>True when it has it.</returns>
    /// <exception cref="ArgumentException">Unknown property, or a value of another type.</exception>
    public static bool Has(RunConfiguration configuration, string name, object? value) =>
        Equals(Get(configuration, name), Converted(name, value, IsLambda(name) ? typeof(double) : Find(name).PropertyType));

    /// <summary>The properties in which configurations differ.</summary>
    /// <param name="configurations">At least one.</param>
    /// <returns>Names, without <see cref="Lambda"/>.</returns>
    public static IReadOnlyList<string> Varying(IReadOnlyList<RunConfiguration> configurations) =>
        [.. Known.Where(pair => configurations.Select(pair.Value.GetValue).Distinct().Skip(1).Any()).Select(pair => pair.Key)];

    /// <summary>A value as text, the same everywhere: <c>0.001</c>, <c>float32</c>, <c>none</c>.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text.</returns>
    public static string Text(object? value) => value switch
    {
        null => "none",
        Enum name => name.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static PropertyInfo Find(string name) => Known.GetValueOrDefault(Plain(name))
        ?? throw new ArgumentException($"A run has no property '{name}'. Known: {string.Join(", ", Names)}.", nameof(name));

    private static object? Converted(string name, object? value, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var optional = plain != type || type == typeof(string);
        try
        {
            switch (value)
            {
                case null or "none" when optional && (value is null || plain != typeof(string)):
                    return null;
                case null:
                    break;
                case not null when plain.IsInstanceOfType(value):
                    return value;
                case string text when plain.IsEnum:
                    if (Enum.TryParse(plain, text, ignoreCase: true, out var member) && !char.IsAsciiDigit(text[0]))
                        return member;
                    break;
                // 3.5 epochs are an error, not 4 epochs.
                case double number when plain == typeof(int) && number != Math.Floor(number):
                    break;
                case IConvertible convertible when !plain.IsEnum && (plain != typeof(string) || value is string) && value is not bool:
                    return Convert.ChangeType(convertible, plain, CultureInfo.InvariantCulture);
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException)
        {
            throw new ArgumentException(Wrong(name, value, plain), nameof(value), e);
        }
        throw new ArgumentException(Wrong(name, value, plain), nameof(value));
    }

    private static string Wrong(string name, object? value, Type type) =>
        $"'{Text(value)}' is no value of '{name}': it takes "
        + (type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}" : type == typeof(int) ? "a whole number"
            : type == typeof(double) ? "a number" : type == typeof(string) ? "a text" : $"a {type.Name}") + ".";

    private static bool IsLambda(string name) => Plain(name).Equals(Lambda, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) => name.Replace("-", "", StringComparison.Ordinal);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
