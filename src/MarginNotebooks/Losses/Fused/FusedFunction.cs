using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Puts a <see cref="FusedPass{T}"/> into libtorch's graph: first derivatives only.</summary>
internal sealed class FusedFunction : autograd.SingleTensorFunction<FusedFunction>
{
    private const string Pass = "pass";

    /// <inheritdoc/>
    public override string Name => nameof(FusedFunction);

    /// <param name="ctx">Keeps what the gradient needs.</param>
    /// <param name="vars">Logits, pass, labels, and targets or null.</param>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (logits, pass) = ((Tensor)vars[0], (IFusedPass)vars[1]);
        var (labels, targets, withGradient) = (Others)vars[2];
        var (values, gradient) = pass.Forward(logits, labels, targets, withGradient);
        ctx.save_data(Pass, pass);
        ctx.save_for_backward([logits, labels, targets!, gradient!]);
        return values;
    }

    /// <inheritdoc/>
    /// <remarks>libtorch calls this: an exception would end the process, so everything is checked in the forward pass.</remarks>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor? Optional(int i) => saved[i] is { IsInvalid: false } tensor ? tensor : null;
        var gradient = ((IFusedPass)ctx.get_data(Pass)).Backward(saved[0], saved[1], Optional(2), Optional(3), grad_output);
        return [gradient.MoveToOuterDisposeScope(), null!, null!];
    }

    /// <summary>Tensors without gradient: as one object, they are no variables of the graph.</summary>
    /// <param name="Labels">(B, *S).</param>
    /// <param name="Targets">(B, C, *S) or null.</param>
    /// <param name="WithGradient">Whether a gradient will be asked for.</param>
    internal sealed record Others(Tensor Labels, Tensor? Targets, bool WithGradient);
}
