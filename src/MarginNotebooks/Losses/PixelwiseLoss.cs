using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Base of losses that are a mean over pixels: a new one writes its formula for a list of pixels, and nothing else.</summary>
/// <remarks>
/// The formula sees only pixels that count, as a table of logits and a list of labels, in float32 or float64. Ignored pixels, batches without
/// a pixel, any number of spatial axes, checks and their messages are seen to here, so that every promise of <see cref="SegmentationLoss"/>
/// holds. The price is a copy of the logits; the kit's own losses compute on tiles instead.
/// </remarks>
public abstract class PixelwiseLoss : SegmentationLoss
{
    /// <summary>Name of the one part in <see cref="LossTerms.Parts"/>.</summary>
    protected virtual string PartName => "loss";

    /// <summary>The loss of each pixel.</summary>
    /// <param name="logits"><c>(N, C)</c>, with gradient; N may be 0.</param>
    /// <param name="labels"><c>(N)</c> int64, all in 0..C-1.</param>
    /// <returns><c>(N)</c>.</returns>
    protected abstract Tensor PerPixel(Tensor logits, Tensor labels);

    /// <inheritdoc/>
    public sealed override LossTerms Forward(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var batch = new PixelBatch(logits, labels, IgnoreIndex, CheckLabels);
        var table = batch.Logits.movedim([1], [-1]).reshape(-1, batch.Classes);
        var classes = batch.RawLabels.flatten();
        if (batch.Ignored is { } ignored)
        {
            var counted = ignored.flatten().logical_not().nonzero().squeeze(1);
            (table, classes) = (table.index_select(0, counted), classes.index_select(0, counted));
        }

        var value = PerPixel(table, classes).sum() / Math.Max(1, classes.numel());
        if (batch.Poison is { } poison)
            value = value + poison;
        return new(value.alias().MoveToOuterDisposeScope(), [new(PartName, value.MoveToOuterDisposeScope())]);
    }
}
