using System.Runtime.InteropServices;
using TorchSharp;

namespace MarginNotebooks.Runtime;

/// <summary>What a result was computed with: versions, system, device and threads.</summary>
public sealed record EnvironmentReport
{
    /// <summary>Version of the kit.</summary>
    public required string Kit { get; init; }

    /// <summary>Version of .NET.</summary>
    public required string DotNet { get; init; }

    /// <summary>Version of TorchSharp.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>Version of libtorch that TorchSharp was built against.</summary>
    public required string LibTorch { get; init; }

    /// <summary>Operating system and processor architecture.</summary>
    public required string System { get; init; }

    /// <summary>Name of the processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Threads that libtorch computes with.</summary>
    public required int Threads { get; init; }

    /// <summary><c>cpu</c>, or <c>cuda</c> with the number of devices.</summary>
    public required string Devices { get; init; }

    /// <summary>Loads libtorch and asks.</summary>
    /// <returns>The report.</returns>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded.</exception>
    public static EnvironmentReport Collect()
    {
        TorchRuntime.EnsureLoaded();
        return new EnvironmentReport
        {
            Kit = KitVersions.Kit,
            DotNet = RuntimeInformation.FrameworkDescription,
            TorchSharp = KitVersions.TorchSharp,
            LibTorch = KitVersions.LibTorch,
            System = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
            Processor = ProcessorName(),
            Threads = torch.get_num_threads(),
            Devices = torch.cuda.is_available() ? $"cuda ({torch.cuda.device_count()})" : "cpu",
        };
    }

    private static string ProcessorName()
    {
        if (File.Exists("/proc/cpuinfo"))
        {
            var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal));
            if (line is not null)
                return line[(line.IndexOf(':') + 1)..].Trim();
        }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
