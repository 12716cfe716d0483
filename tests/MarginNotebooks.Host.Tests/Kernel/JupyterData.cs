using System.Diagnostics;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Kernel;

/// <summary>Keeps what tests install out of the user's own Jupyter folders.</summary>
internal static class JupyterData
{
    public static ProcessStartInfo In(TemporaryFolder folder, ProcessStartInfo start)
    {
        start.Environment["JUPYTER_DATA_DIR"] = folder["data"];
        start.Environment["JUPYTER_RUNTIME_DIR"] = folder["runtime"];
        start.Environment["JUPYTER_CONFIG_DIR"] = folder["config"];
        start.Environment["IPYTHONDIR"] = folder["ipython"];
        start.Environment.Remove("JUPYTER_PATH");
        return start;
    }
}
