using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Turns a value typed on the command line into a C# expression.</summary>
/// <remarks>Where the notebook's own declaration tells the type, it decides; otherwise the text does, as in papermill: <c>null</c>, <c>true</c>,
/// integers, floating-point numbers, JSON arrays and quoted JSON strings are those, and everything else is a string.</remarks>
public static class ParameterValue
{
    /// <summary>The C# expression of a value.</summary>
    /// <param name="parameter">Name and text.</param>
    /// <param name="type">Declared type, for example <c>double</c>; null when unknown.</param>
    /// <param name="declared">Whether a variable of that name exists, so that the expression has a type to convert to.</param>
    /// <returns>An expression.</returns>
    /// <exception cref="InvalidDataException">The text is not a value of the declared type; the message names the parameter.</exception>
    public static string ToCSharp(Parameter parameter, string? type, bool declared)
    {
        var text = parameter.Text;
        if (type == "string")
            return text == "null" ? "null" : Literal(Unquoted(text) ?? text);
        var trimmed = text.Trim();
        return type switch
        {
            "bool" => Checked(Boolean(trimmed)),
            "int" => Checked(int.TryParse(trimmed, Integer, Invariant, out var i) ? i.ToString(Invariant) : null),
            "long" => Checked(long.TryParse(trimmed, Integer, Invariant, out var l) ? l.ToString(Invariant) + "L" : null),
            "float" => Checked(float.TryParse(trimmed, NumberStyles.Float, Invariant, out var f) ? Real(f, "float", "f") : null),
            "double" => Checked(double.TryParse(trimmed, NumberStyles.Float, Invariant, out var d) ? Real(d, "double", "") : null),
            "decimal" => Checked(decimal.TryParse(trimmed, NumberStyles.Float, Invariant, out var m) ? m.ToString(Invariant) + "m" : null),
            _ => FromText(text, trimmed, declared, parameter.Name),
        };

        string Checked(string? expression) => expression ?? (trimmed == "null" ? "null" : throw new InvalidDataException(
            $"parameter '{parameter.Name}' is declared as {type}, and '{text}' is not a value of that type"));
    }

    private static NumberStyles Integer => NumberStyles.AllowLeadingSign;

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string FromText(string text, string trimmed, bool declared, string name)
    {
        if (trimmed == "null")
            return declared ? "null" : "(object)null";
        if (Boolean(trimmed) is { } boolean)
            return boolean;
        if (trimmed.StartsWith('['))
            return Array(trimmed, declared, name);
        if (int.TryParse(trimmed, Integer, Invariant, out var i))
            return i.ToString(Invariant);
        if (long.TryParse(trimmed, Integer, Invariant, out var l))
            return l.ToString(Invariant) + "L";
        if (double.TryParse(trimmed, NumberStyles.Float, Invariant, out var d) && double.IsFinite(d))
            return Real(d, "double", "");
        return Literal(Unquoted(trimmed) ?? text);
    }

    private static string Array(string json, bool declared, string name)
    {
        try
        {
            var items = JsonNode.Parse(json)!.AsArray().Select(Item).ToArray();
            // A collection expression takes the variable's type; a new variable needs one of its own.
            return declared ? $"[{string.Join(", ", items)}]" : items.Length == 0 ? "new object[0]" : $"new[] {{ {string.Join(", ", items)} }}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"parameter '{name}': '{json}' starts like a JSON array and is none: {e.Message}", e);
        }
    }

    private static string Item(JsonNode? item) => item switch
    {
        null => "null",
        JsonArray inner => $"[{string.Join(", ", inner.Select(Item))}]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Literal(value.GetValue<string>()),
        JsonValue value => value.ToJsonString(),
        _ => throw new InvalidOperationException("objects inside arrays cannot be passed as parameters"),
    };

    private static string? Boolean(string text) => text.ToLowerInvariant() switch { "true" => "true", "false" => "false", _ => null };

    private static string Real(double value, string type, string suffix) => value switch
    {
        double.NaN => $"{type}.NaN",
        double.PositiveInfinity => $"{type}.PositiveInfinity",
        double.NegativeInfinity => $"{type}.NegativeInfinity",
        _ when suffix == "f" => ((float)value).ToString("R", Invariant) + "f",
        // A plain integer would be an int where the variable is declared by this assignment.
        _ => value.ToString("R", Invariant) is var digits && digits.Any(c => c is '.' or 'E') ? digits : digits + ".0",
    };

    private static string? Unquoted(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
            return null;
        try
        {
            return (string?)JsonNode.Parse(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
