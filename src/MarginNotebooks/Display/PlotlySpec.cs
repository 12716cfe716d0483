using Microsoft.FSharp.Collections;
using Plotly.NET;

namespace MarginNotebooks.Display;

/// <summary>Builds Plotly.NET objects from names and values, in the words of plotly.js's own reference.</summary>
/// <remarks>
/// Plotly.NET is written for F#: from C# its typed builders need every type argument and wrap every option. Its objects are bags of named
/// values underneath, so the charts here fill the bags, and all of the friction stays in this file.
/// </remarks>
internal static class PlotlySpec
{
    /// <summary>A nested object; members whose value is null are left out.</summary>
    public static DynamicObj.DynamicObj Node(params ReadOnlySpan<(string Name, object? Value)> members) =>
        Fill(new DynamicObj.DynamicObj(), members);

    /// <summary>A trace of the given plotly type.</summary>
    public static Trace Trace(string type, params ReadOnlySpan<(string Name, object? Value)> members) => Fill(new Trace(type), members);

    /// <summary>A layout.</summary>
    public static Layout Layout(params ReadOnlySpan<(string Name, object? Value)> members) => Fill(new Layout(), members);

    /// <summary>Sets more members of an object, null ones excepted.</summary>
    public static T Fill<T>(T target, params ReadOnlySpan<(string Name, object? Value)> members)
        where T : DynamicObj.DynamicObj
    {
        foreach (var (name, value) in members)
            if (value is not null)
                target.SetProperty(name, value);
        return target;
    }

    /// <summary>A chart that resizes with the page, and that Plotly.NET itself would also save with its script inside.</summary>
    public static GenericChart Chart(IEnumerable<Trace> traces, Layout layout)
    {
        var config = Fill(new Config(), ("responsive", true), ("displaylogo", false));
        var display = DisplayOptions.setPlotlyReference(PlotlyJSReference.Full).Invoke(new DisplayOptions());
        return GenericChart.NewMultiChart(ListModule.OfSeq(traces), layout, config, display);
    }

    /// <summary>Text that plotly shows as it is: plotly reads <c>&lt;b&gt;</c> and its like as mark-up.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
