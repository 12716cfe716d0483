using MarginNotebooks.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Convolution = MarginNotebooks.Models.Convolution;

namespace MarginNotebooks.Training;

/// <summary>
/// All trainable parameters of a network in one vector, and all gradients in another: the network's own parameters and gradients become
/// views into them, so that an optimiser step is a handful of operations however many parameters there are.
/// </summary>
/// <remarks>
/// Works in place: the network keeps its parameter objects, names and shapes; only where their values lie changes, and with it the memory
/// layout of four-axis parameters. Gradients accumulate in place; call <see cref="ZeroGradients"/> before each backward pass. The network
/// stays usable after this object is disposed.
/// <para>In mixed precision there is a second pair of vectors in bfloat16, and <see cref="Use"/> says which pair the network sees: the
/// bfloat16 working copy during training steps, the float32 values at all other times. The U-Net's last convolution, which makes the logits,
/// and layers that keep running statistics (batch normalisation) stay float32 throughout.</para>
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    // Every parameter starts at a multiple of 64 bytes, as libtorch's own allocations do; the gaps stay zero.
    private const long Alignment = 16;

    private readonly List<Slot> slots;
    private readonly WorkingCopy? working;

    private sealed record Slot(string Name, Parameter Parameter, long Offset, long[] Shape, bool Working);

    /// <summary>The bfloat16 twins of the first part of values and gradients, that first part of each, and the gradients behind it.</summary>
    private sealed record WorkingCopy(
        Tensor Values, Tensor Gradients, Tensor MasterValues, Tensor MasterGradients, Tensor OtherGradients) : IDisposable
    {
        public void Dispose()
        {
            foreach (var tensor in new[] { Values, Gradients, MasterValues, MasterGradients, OtherGradients }) tensor.Dispose();
        }
    }

    /// <summary>Moves a network's trainable parameters into one vector.</summary>
    /// <param name="model">The network, already on its device; its trainable parameters must all be float32 and on one device.</param>
    /// <param name="layout">Memory layout for parameters with four axes; not <see cref="MemoryLayout.Auto"/>.</param>
    /// <param name="precision">Of the training steps; not <see cref="Precision.Auto"/>.</param>
    public FlatParameters(nn.Module model, MemoryLayout layout, Precision precision = Precision.Float32)
    {
        (Layout, Precision) = (layout, precision);
        slots = Slots(model, precision, out var workingLength, out var length);
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
        if (workingLength == 0) return;
        Tensor Twin() => zeros(workingLength, ScalarType.BFloat16, device).DetachFromDisposeScope();
        Tensor Part(Tensor flat) => flat.narrow(0, 0, workingLength).DetachFromDisposeScope();
        var others = Gradients.narrow(0, workingLength, length - workingLength).DetachFromDisposeScope();
        working = new WorkingCopy(Twin(), Twin(), Part(Values), Part(Gradients), others);
    }

    /// <summary>Memory layout of the parameters with four axes.</summary>
    public MemoryLayout Layout { get; }

    /// <summary>Precision of the training steps.</summary>
    public Precision Precision { get; }

    /// <summary>What the network's parameters are at the moment; see <see cref="Use"/>.</summary>
    public Precision InUse { get; private set; } = Precision.Float32;

    /// <summary>Number of values, gaps for alignment included.</summary>
    public long Length => Values.shape[0];

    /// <summary>The parameters' values, <c>(Length) float32</c>; writing to it changes the network.</summary>
    public Tensor Values { get; }

    /// <summary>The parameters' gradients, <c>(Length) float32</c>; backward passes add to it.</summary>
    public Tensor Gradients { get; }

    /// <summary>Lets the network see the bfloat16 working copy, freshly made, or its float32 values.</summary>
    /// <param name="precision">Which; with <see cref="Precision"/> float32 there is but one.</param>
    public void Use(Precision precision)
    {
        if (working is null || precision == InUse) return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (values, gradients) = precision == Precision.BFloat16 ? (working.Values, working.Gradients) : (Values, Gradients);
        foreach (var slot in slots.Where(slot => slot.Working))
        {
            // A gradient has its parameter's type: out of the way first.
            slot.Parameter.grad = null;
            TensorData.Replace(slot.Parameter, View(values, slot));
            slot.Parameter.grad = View(gradients, slot);
        }
        InUse = precision;
        RefreshWorkingCopy();
    }

    /// <summary>Rounds the float32 values into the working copy; call it after each change of <see cref="Values"/>.</summary>
    public void RefreshWorkingCopy()
    {
        if (InUse != Precision.BFloat16) return;
        using var _ = no_grad();
        working!.Values.copy_(working.MasterValues);
    }

    /// <summary>Brings the working copy's gradients into <see cref="Gradients"/>; call it after each backward pass.</summary>
    public void CollectGradients()
    {
        if (InUse != Precision.BFloat16) return;
        using var _ = no_grad();
        working!.MasterGradients.copy_(working.Gradients);
    }

    /// <summary>Sets all gradients to zero, in place.</summary>
    public void ZeroGradients()
    {
        using var _ = no_grad();
        if (InUse == Precision.BFloat16)
        {
            // The others are overwritten when the working copy's are collected.
            working!.Gradients.zero_();
            working.OtherGradients.zero_();
        }
        else
        {
            Gradients.zero_();
        }
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

    /// <summary>Gives the network its float32 values back and disposes the vectors' handles; the network's parameters live on.</summary>
    public void Dispose()
    {
        Use(Precision.Float32);
        foreach (var slot in slots) slot.Parameter.grad = null;
        working?.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }

    /// <summary>Where each parameter lies; those with a working copy first, so that one narrow view holds them all.</summary>
    private static List<Slot> Slots(nn.Module model, Precision precision, out long workingLength, out long length)
    {
        var full = precision == Precision.BFloat16 ? InFloat32(model) : [];
        var trainable = model.named_parameters().Where(item => item.parameter.requires_grad).ToList();
        if (trainable.Count == 0) throw new ArgumentException("The network has no trainable parameters.", nameof(model));
        var found = new List<Slot>();
        (workingLength, length) = (0, 0);
        foreach (var (name, parameter) in trainable.OrderBy(item => full.Contains(item.parameter.Handle)))
        {
            if (parameter.dtype != ScalarType.Float32)
                throw new ArgumentException($"Parameter '{name}' is {parameter.dtype}; training needs Float32 parameters.", nameof(model));
            var isWorking = precision == Precision.BFloat16 && !full.Contains(parameter.Handle);
            found.Add(new Slot(name, parameter, length, parameter.shape, isWorking));
            length += (parameter.numel() + Alignment - 1) / Alignment * Alignment;
            if (isWorking) workingLength = length;
        }
        return found;
    }

    /// <summary>Parameters of layers that ask for float32 or keep floating-point buffers of their own.</summary>
    private static HashSet<nint> InFloat32(nn.Module model) =>
    [
        .. from module in model.modules().Append(model)
           where module is Convolution { KeepsFloat32: true } || module.named_buffers(false).Any(item => item.buffer.is_floating_point())
           from item in module.named_parameters(false)
           select item.parameter.Handle,
    ];

    private Tensor View(Tensor flat, Slot slot)
    {
        using var scope = NewDisposeScope();
        var part = flat.narrow(0, slot.Offset, slot.Shape.Aggregate(1L, (product, n) => product * n));
        return (Layout == MemoryLayout.ChannelsLast && slot.Shape is [var o, var i, var h, var w]
            ? part.view(o, h, w, i).permute(0, 3, 1, 2)
            : part.view(slot.Shape)).MoveToOuterDisposeScope();
    }
}
