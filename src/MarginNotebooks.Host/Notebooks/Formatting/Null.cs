namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Stands for null where a value is shown: a null of its own would read as "nothing to show".</summary>
public sealed class Null : IFormattable
{
    /// <summary>The only one.</summary>
    public static readonly Null Value = new();

    private Null()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => "null";

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();
}
