using MarginNotebooks.Data;
using MarginNotebooks.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Moves a run's slices to the device when they fit there.</summary>
internal static class Residence
{
    // The rest is for the network, its gradients and its feature maps.
    private const double ShareOfFreeMemory = 0.5;

    /// <summary>The sources to train and validate with.</summary>
    /// <param name="sources">Training and validation.</param>
    /// <param name="options">The device, and how much of its memory slices may take.</param>
    /// <param name="owned">What the caller disposes after the run.</param>
    /// <returns>The same sources, or their copies on the device.</returns>
    internal static ITrainingSource[] Of(ITrainingSource[] sources, TrainingOptions options, out List<IDisposable> owned)
    {
        var room = options.ResidentBytes ?? DefaultRoom(options.Device);
        owned = [];
        var placed = new ITrainingSource[sources.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            placed[i] = sources[i];
            if (sources[i] is not SliceBatcher batcher || ResidentSlices.SizeOf(batcher) is var size && size > room) continue;
            var resident = new ResidentSlices(batcher, options.Device);
            owned.Add(resident);
            placed[i] = resident;
            room -= size;
        }
        return placed;
    }

    // On the CPU the slices are where they are needed already.
    private static long DefaultRoom(Device device)
    {
        if (device.type != DeviceType.CUDA) return 0;
        // The driver answers for the device that this thread has used.
        using var first = empty(1, device: device);
        return (long)(ShareOfFreeMemory * (CudaDriver.FreeMemory() ?? 0));
    }
}
