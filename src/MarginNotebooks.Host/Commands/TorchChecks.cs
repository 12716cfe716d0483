using MarginNotebooks.Runtime;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Commands;

/// <summary>Checks that libtorch loads and computes, and on what.</summary>
internal static class TorchChecks
{
    public static IEnumerable<DoctorCheck> Run()
    {
        yield return new DoctorCheck(CheckState.Good, "kit", KitVersions.Kit);
        TorchRuntimeReport report;
        DoctorCheck? failure = null;
        try
        {
            report = TorchRuntime.EnsureLoaded();
        }
        catch (TorchUnavailableException error)
        {
            report = null!;
            failure = new DoctorCheck(CheckState.Failed, "libtorch", "does not load", error.Message);
        }
        if (failure is not null)
        {
            yield return failure;
            yield break;
        }
        foreach (var check in Loaded(report))
            yield return check;
    }

    private static IEnumerable<DoctorCheck> Loaded(TorchRuntimeReport report)
    {
        var environment = EnvironmentReport.Collect();
        yield return new DoctorCheck(CheckState.Good, "system", $"{environment.System}; {environment.DotNet}");
        yield return new DoctorCheck(CheckState.Good, "processor", $"{environment.Processor}; {environment.Threads} threads for libtorch");
        yield return new DoctorCheck(CheckState.Good, "libtorch",
            $"TorchSharp {environment.TorchSharp} on libtorch {(report.Origin == "LIBTORCH" ? "of your own (LIBTORCH)" : environment.LibTorch)}, {report.Folder}");
        yield return new DoctorCheck(CheckState.Good, "libstdc++", report.Libstdcxx + (report.Remedy is null ? "; nothing to do" : ""));
        if (report.Remedy is not null)
            yield return new DoctorCheck(CheckState.Good, "", report.Remedy);
        yield return MixedPrecision();
        yield return Arithmetic();
        yield return TorchRuntime.FlushDenormals()
            ? new DoctorCheck(CheckState.Good, "denormals", "flushed to zero")
            : new DoctorCheck(CheckState.Optional, "denormals", "this processor does not flush them", "long CPU trainings may slow down as they converge");
        yield return Cuda(environment, report);
    }

    private static DoctorCheck MixedPrecision()
    {
        var device = Experiment.DeviceOf("auto");
        var hardware = device.type == DeviceType.CPU ? ProcessorFeatures.BFloat16 : device.ToString();
        return Precisions.HasFastBFloat16(device)
            ? new DoctorCheck(CheckState.Good, "precision", $"bfloat16 training steps by default ({hardware})")
            : new DoctorCheck(CheckState.Optional, "precision", $"float32: {device.type.ToString().ToLowerInvariant()} has no bfloat16 arithmetic of its own");
    }

    private static DoctorCheck Arithmetic()
    {
        using var scope = NewDisposeScope();
        var x = torch.ones(8, 3, requires_grad: true);
        x.mul(x).sum().backward();
        var gradient = x.grad!.sum().item<float>();
        return gradient == 48
            ? new DoctorCheck(CheckState.Good, "arithmetic", "a gradient came out right")
            : new DoctorCheck(CheckState.Failed, "arithmetic", $"a gradient summed to {gradient} instead of 48", "reinstall libtorch, or unset LIBTORCH");
    }

    private static DoctorCheck Cuda(EnvironmentReport environment, TorchRuntimeReport report)
    {
        if (environment.Devices != "cpu")
            return new DoctorCheck(CheckState.Good, "device", environment.Devices);
        return report.Cuda == "loaded"
            ? new DoctorCheck(CheckState.Optional, "device", "cpu; CUDA libraries are loaded but see no GPU", "check nvidia-smi and the driver's version")
            : new DoctorCheck(CheckState.Optional, "device", $"cpu; {report.Cuda}",
                "for a GPU, build with -p:TorchBackend=cuda or set LIBTORCH to the torch/lib of a CUDA build of PyTorch");
    }
}
