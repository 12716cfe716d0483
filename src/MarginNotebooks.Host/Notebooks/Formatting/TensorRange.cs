using System.Globalization;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>The range of many numbers.</summary>
/// <param name="Min">Least finite value.</param>
/// <param name="Max">Greatest finite value.</param>
/// <param name="Mean">Mean of the finite values.</param>
/// <param name="NotFinite">How many are NaN or infinite.</param>
internal sealed record TensorRange(double Min, double Max, double Mean, long NotFinite)
{
    /// <summary>Looks at a tensor.</summary>
    /// <param name="values">A tensor of numbers on the CPU.</param>
    /// <returns>The range; NaN where nothing is finite.</returns>
    public static TensorRange Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        var numbers = values.to(ScalarType.Float64).flatten();
        var finite = numbers.masked_select(numbers.isfinite());
        return finite.numel() == 0
            ? new(double.NaN, double.NaN, double.NaN, numbers.numel())
            : new(finite.min().item<double>(), finite.max().item<double>(), finite.mean().item<double>(), numbers.numel() - finite.numel());
    }

    /// <summary>The range in words.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"min {Min:G5}, max {Max:G5}, mean {Mean:G5}")
        + (NotFinite > 0 ? string.Create(CultureInfo.InvariantCulture, $", {NotFinite} NaN or infinite") : "");
}
