namespace MarginNotebooks.Data;

/// <summary>How a prepared file orders the axes of its volume; in memory it is always <c>(C, D, H, W)</c>.</summary>
public enum AxisOrder
{
    /// <summary>Slices, rows, columns: <c>img</c> and <c>mask</c> are <c>(D, H, W)</c>.</summary>
    DepthHeightWidth,

    /// <summary>Rows, columns, slices: <c>img</c> and <c>mask</c> are <c>(H, W, D)</c>.</summary>
    HeightWidthDepth,

    /// <summary>Channels first: <c>img</c> is <c>(C, D, H, W)</c>, <c>mask</c> is <c>(1, D, H, W)</c>.</summary>
    ChannelDepthHeightWidth,
}
