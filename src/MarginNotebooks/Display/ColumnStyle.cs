namespace MarginNotebooks.Display;

/// <summary>How one column of a table is shown; what is not set follows from the values.</summary>
internal sealed record ColumnStyle
{
    public static ColumnStyle Default { get; } = new();

    public string? Heading { get; init; }

    public int? Decimals { get; init; }

    public bool Percent { get; init; }

    public bool PValue { get; init; }

    public bool RowHeader { get; init; }

    public Better? Better { get; init; }

    public (string Lower, string Upper)? Interval { get; init; }
}

/// <summary>Which end of a column is the good one.</summary>
internal enum Better
{
    Lower,
    Higher,
}
