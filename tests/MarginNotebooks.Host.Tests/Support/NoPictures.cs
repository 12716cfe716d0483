using System.Runtime.CompilerServices;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Keeps figures from starting a browser for their picture in every test that shows one, here and in the programs started from here.</summary>
internal static class NoPictures
{
#pragma warning disable CA2255 // Tests are an application.
    [ModuleInitializer]
    internal static void SwitchOff() => Environment.SetEnvironmentVariable("MARGIN_CHROMIUM", "none");
#pragma warning restore CA2255
}
