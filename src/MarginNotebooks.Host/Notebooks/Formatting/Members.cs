using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>One readable part of a value.</summary>
/// <param name="Name">Name of the property, field or tuple item.</param>
/// <param name="Read">Reads it.</param>
public sealed record Member(string Name, Func<object, object?> Read);

/// <summary>What a value consists of.</summary>
public static class Members
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>The parts of a value: a tuple's items, otherwise public properties and fields in the order of declaration.</summary>
    /// <param name="sample">A value of the type.</param>
    /// <returns>The parts; reading one that throws gives the exception's name in brackets.</returns>
    public static IReadOnlyList<Member> Of(object sample)
    {
        if (sample is ITuple tuple)
            return [.. Enumerable.Range(0, tuple.Length).Select(i => new Member($"Item{i + 1}", item => ((ITuple)item)[i]))];
        var type = sample.GetType();
        var properties = type.GetProperties(Public)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0
                && !property.PropertyType.IsByRefLike && !property.PropertyType.IsPointer);
        var fields = type.GetFields(Public).Where(field => !field.FieldType.IsPointer);
        return
        [
            .. properties.Select(property => new Member(property.Name, item => Read(property.DeclaringType!, item, property.GetValue))),
            .. fields.Select(field => new Member(field.Name, item => Read(field.DeclaringType!, item, field.GetValue))),
        ];
    }

    /// <summary>Whether a value is best shown by its parts: records, anonymous types, tuples, and types without a text of their own.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>True when it has parts and no better form.</returns>
    public static bool IsStructured(object value)
    {
        if (Scalars.IsScalar(value) || value is Delegate or Task or Exception)
            return false;
        var type = value.GetType();
        return value is ITuple || IsKeyAndValue(type) || IsRecord(type) || IsAnonymous(type)
            || (!OverridesToString(type) && Of(value).Count > 0);
    }

    /// <summary>Whether a value is a sequence that has no text of its own.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>True for arrays, lists, dictionaries, queries.</returns>
    public static bool IsSequence(object value) => value is IEnumerable and not string && !OverridesToString(value.GetType());

    /// <summary>Whether a type writes itself as text in a way of its own.</summary>
    /// <param name="type">Any type.</param>
    /// <returns>False when the text is only the type's name.</returns>
    public static bool OverridesToString(Type type)
    {
        var declaring = type.GetMethod(nameof(ToString), Type.EmptyTypes)?.DeclaringType;
        return declaring != typeof(object) && declaring != typeof(ValueType);
    }

    private static bool IsKeyAndValue(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    /// <summary>The compiler gives every record a method that prints its members, and leaves it out of the public ones.</summary>
    private static bool IsRecord(Type type) => type.GetMethod(
        "PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance, [typeof(System.Text.StringBuilder)]) is not null
        && type.GetMethod(nameof(ToString), Type.EmptyTypes)?.GetCustomAttribute<CompilerGeneratedAttribute>() is not null;

    private static bool IsAnonymous(Type type) =>
        type.Name.Contains("AnonymousType", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static object? Read(Type declaring, object item, Func<object, object?> read)
    {
        try
        {
            return declaring.IsInstanceOfType(item) ? read(item) : null;
        }
        catch (TargetInvocationException e)
        {
            return $"({e.InnerException?.GetType().Name})";
        }
    }
}
