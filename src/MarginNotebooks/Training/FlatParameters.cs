using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>
/// All trainable parameters of a network in one vector, and all gradients in another: the network's own parameters and gradients become
/// views into them, so that an optimiser step is a handful of operations however many parameters there are.
/// </summary>
/// <remarks>
/// Works in place: the network keeps its parameter objects, names and shapes; only where their values lie changes, and with it the memory
/// layout of four-axis parameters. Gradients accumulate in place; call <see cref="ZeroGradients"/> before each backward pass. The network
/// stays usable after this object is disposed.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    // Every parameter starts at a multiple of 64 bytes, as libtorch's own allocations do; the gaps stay zero.
    private const long Alignment = 16;

    private readonly List<Slot> slots = [];

    private sealed record Slot(string Name, Parameter Parameter, long Offset, long[] Shape);

    /// <summary>Moves a network's trainable parameters into one vector.</summary>
    /// <param name="model">The network, already on its device; its trainable parameters must all be float32 and on one device.</param>
    /// <param name="layout">Memory layout for parameters with four axes; not <see cref="MemoryLayout.Auto"/>.</param>
    public FlatParameters(nn.Module model, MemoryLayout layout)
    {
        Layout = layout;
        var length = 0L;
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!parameter.requires_grad) continue;
            if (parameter.dtype != ScalarType.Float32)
                throw new ArgumentException($"Parameter '{name}' is {parameter.dtype}; training needs Float32 parameters.", nameof(model));
            slots.Add(new Slot(name, parameter, length, parameter.shape));
            length += (parameter.numel() + Alignment - 1) / Alignment * Alignment;
        }
        if (slots.Count == 0) throw new ArgumentException("The network has no trainable parameters.", nameof(model));

        var device = slots[0].Parameter.device;
        Values = zeros(length, device: device).DetachFromDisposeScope();
        Gradients = zeros(length, device: device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var slot in slots)
        {
            var view = View(Values, slot);
            view.copy_(slot.Parameter);
            slot.Parameter.set_(view);
            slot.Parameter.grad = View(Gradients, slot);
        }
    }

    /// <summary>Memory layout of the parameters with four axes.</summary>
    public MemoryLayout Layout { get; }

    /// <summary>Number of values, gaps for alignment included.</summary>
    public long Length => Values.shape[0];

    /// <summary>The parameters' values, <c>(Length) float32</c>; writing to it changes the network.</summary>
    public Tensor Values { get; }

    /// <summary>The parameters' gradients, <c>(Length) float32</c>; backward passes add to it.</summary>
    public Tensor Gradients { get; }

    /// <summary>Sets all gradients to zero, in place.</summary>
    public void ZeroGradients()
    {
        using var _ = no_grad();
        Gradients.zero_();
    }

    /// <summary>
    /// Scales the gradients down so that their Euclidean norm is at most <paramref name="maxNorm"/>; nothing is read back from the
    /// device.
    /// </summary>
    /// <remarks>As PyTorch's <c>clip_grad_norm_</c>: factor <c>min(1, maxNorm / (norm + 1e-6))</c>.</remarks>
    /// <param name="maxNorm">Largest norm allowed.</param>
    public void ClipGradientNorm(double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Gradients.mul_((maxNorm / (Gradients.norm() + 1e-6)).clamp(max: 1.0));
    }

    /// <summary>
    /// Views of a vector that is laid out like <see cref="Values"/> (for example an optimiser's moments), one for each parameter.
    /// </summary>
    /// <param name="flat">A vector of <see cref="Length"/> values.</param>
    /// <returns>Name and view, with the parameter's shape; writing to a view writes to the vector.</returns>
    public Dictionary<string, Tensor> Views(Tensor flat) => slots.ToDictionary(slot => slot.Name, slot => View(flat, slot));

    /// <summary>Disposes the two vectors' handles; the network's parameters live on.</summary>
    public void Dispose()
    {
        foreach (var slot in slots) slot.Parameter.grad = null;
        Values.Dispose();
        Gradients.Dispose();
    }

    private Tensor View(Tensor flat, Slot slot)
    {
        using var scope = NewDisposeScope();
        var part = flat.narrow(0, slot.Offset, slot.Shape.Aggregate(1L, (product, n) => product * n));
        return (Layout == MemoryLayout.ChannelsLast && slot.Shape is [var o, var i, var h, var w]
            ? part.view(o, h, w, i).permute(0, 3, 1, 2)
            : part.view(slot.Shape)).MoveToOuterDisposeScope();
    }
}
