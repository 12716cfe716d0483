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
        var (labels, targets) = ((Labelled)vars[2]);
        ctx.save_data(Pass, pass);
        ctx.save_for_backward(targets is null ? [logits, labels] : [logits, labels, targets]);
        return pass.Values(logits, labels, targets);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var pass = (IFusedPass)ctx.get_data(Pass);
        var gradient = pass.Gradient(saved[0], saved[1], saved.Count > 2 ? saved[2] : null, grad_output);
        return [gradient.MoveToOuterDisposeScope(), null!, null!];
    }

    /// <summary>Tensors without gradient: as one object, they are no variables of the graph.</summary>
    internal sealed record Labelled(Tensor Labels, Tensor? Targets);
}
