using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>What this process computes on.</summary>
internal static class ThisMachine
{
    public static Machine Describe(int threads)
    {
        var environment = EnvironmentReport.Collect();
        return new Machine(
            environment.Processor,
            Cores(),
            threads,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
            environment.System,
            environment.Devices);
    }

    public static Dictionary<string, string> Versions(IReadOnlyDictionary<string, string>? others)
    {
        var environment = EnvironmentReport.Collect();
        var versions = new Dictionary<string, string>
        {
            ["kit"] = environment.Kit,
            [".NET"] = environment.DotNet,
            ["TorchSharp"] = environment.TorchSharp,
            ["libtorch"] = environment.LibTorch,
        };
        foreach (var (name, version) in others ?? new Dictionary<string, string>())
            versions[name] = version;
        return versions;
    }

    // DOTNET_PROCESSOR_COUNT changes what .NET believes; the system knows better.
    private static int Cores() => File.Exists("/proc/cpuinfo")
        ? Math.Max(1, File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal)))
        : Environment.ProcessorCount;
}
