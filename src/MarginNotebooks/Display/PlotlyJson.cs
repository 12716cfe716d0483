using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Plotly.NET;

namespace MarginNotebooks.Display;

/// <summary>Turns a Plotly.NET chart into the JSON that plotly.js and notebook front ends read.</summary>
internal static class PlotlyJson
{
    /// <summary>The chart as one line of strict JSON with the members data, layout and config.</summary>
    public static string Write(GenericChart chart) => Write(new JObject
    {
        ["data"] = Token(GenericChart.getTraces(chart)),
        ["layout"] = Token(GenericChart.getLayout(chart)),
        ["config"] = Token(GenericChart.getConfig(chart)),
    });

    /// <summary>A height or width the chart's layout asks for.</summary>
    public static int? LayoutSize(GenericChart chart, string member)
    {
        var layout = GenericChart.getLayout(chart);
        return layout.TryGetPropertyValue(member)?.Value is { } value ? Convert.ToInt32(value) : null;
    }

    /// <summary>The JSON in a form that can stand inside an HTML script element: no &lt;, &gt;, &amp; or quote can end it early.</summary>
    public static string ForScript(string json) =>
        json.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").Replace("\u2028", "\\u2028")
            .Replace("\u2029", "\\u2029");

    private static JToken Token(object value)
    {
        using var writer = new JTokenWriter();
        JsonSerializer.Create(new JsonSerializerSettings { ReferenceLoopHandling = ReferenceLoopHandling.Ignore }).Serialize(writer, value);
        return writer.Token!;
    }

    private static string Write(JToken token)
    {
        using var text = new StringWriter();
        using (var writer = new StrictWriter(text))
            token.WriteTo(writer);
        return text.ToString();
    }

    /// <summary>JSON has no NaN; plotly draws a gap where a value is null.</summary>
    private sealed class StrictWriter(TextWriter text) : JsonTextWriter(text)
    {
        public override void WriteValue(double value)
        {
            if (double.IsFinite(value))
                base.WriteValue(value);
            else
                WriteNull();
        }

        public override void WriteValue(float value)
        {
            if (float.IsFinite(value))
                base.WriteValue(value);
            else
                WriteNull();
        }
    }
}
