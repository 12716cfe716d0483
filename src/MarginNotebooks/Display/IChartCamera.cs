namespace MarginNotebooks.Display;

/// <summary>Takes pictures of charts with a browser that stays open between them.</summary>
internal interface IChartCamera
{
    /// <summary>Takes one picture.</summary>
    /// <param name="program">Chromium's program file.</param>
    /// <param name="json">The chart as plotly's JSON.</param>
    /// <param name="width">Width in CSS pixels.</param>
    /// <param name="height">Height in CSS pixels.</param>
    /// <param name="scale">Picture pixels for each CSS pixel.</param>
    /// <returns>A PNG; null when this camera cannot work here and the caller has to do without it.</returns>
    /// <exception cref="InvalidOperationException">The browser failed.</exception>
    byte[]? Photograph(string program, string json, int width, int height, int scale);
}
