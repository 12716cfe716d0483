namespace MarginNotebooks.Display;

/// <summary>Where values are shown while code runs: a notebook host sets its own, the default writes to the terminal.</summary>
public interface IDisplaySink
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">Any object; <see cref="IRichOutput"/> values are shown richly where the host can.</param>
    /// <returns>A handle through which the shown value can be replaced.</returns>
    IDisplayHandle Show(object value);

    /// <summary>Takes away what the running code has shown and printed so far. A sink that cannot, such as a terminal, leaves it.</summary>
    /// <param name="wait">Only when the next output comes, so that the page does not jump.</param>
    void Clear(bool wait)
    {
    }
}

/// <summary>A value on display that can be replaced in place, for example a progress bar.</summary>
public interface IDisplayHandle
{
    /// <summary>Replaces what is shown.</summary>
    /// <param name="value">The new value.</param>
    void Update(object value);
}

/// <summary>The display of the running program.</summary>
public static class DisplaySink
{
    /// <summary>The sink in use; a notebook host replaces it. Never null.</summary>
    public static IDisplaySink Current { get; set; } = new ConsoleSink();

    private sealed class ConsoleSink : IDisplaySink
    {
        public IDisplayHandle Show(object value)
        {
            Console.WriteLine(Text(value));
            return new Handle();
        }

        internal static string Text(object value) => value is IRichOutput rich
            ? rich.ToMimeBundle().FirstOrDefault(part => part.Key == "text/plain").Value ?? value.ToString() ?? ""
            : value.ToString() ?? "";

        private sealed class Handle : IDisplayHandle
        {
            public void Update(object value) => Console.WriteLine(Text(value));
        }
    }
}
