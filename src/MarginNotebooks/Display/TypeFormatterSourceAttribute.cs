namespace MarginNotebooks.Display;

/// <summary>Tells .NET Interactive, and engines that follow it, how a type is shown.</summary>
/// <remarks>
/// The engine looks for an attribute of this <em>name</em>, whatever its namespace, reads the two properties by their names and creates
/// the source: no reference to its packages is needed. See <c>Formatter.TryRegisterFromFormatterSources</c> in
/// <see href="https://github.com/dotnet/interactive">dotnet/interactive</see>, <c>src/Microsoft.DotNet.Interactive.Formatting</c>.
/// </remarks>
/// <param name="formatterSourceType">A type with a public parameterless constructor and a method <c>CreateTypeFormatters()</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>Makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The MIME types in which the type is shown.</summary>
    public string[] PreferredMimeTypes { get; set; } = [];
}
