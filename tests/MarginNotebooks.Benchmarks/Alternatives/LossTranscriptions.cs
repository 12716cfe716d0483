using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Alternatives;

/// <summary>
/// The losses of the catalogue as anyone would write them: each a direct transcription of its published formula into TorchSharp operations, with
/// nothing shared and nothing saved.
/// </summary>
public static class LossTranscriptions
{
    /// <summary>A transcription: logits <c>(B, C, H, W)</c>, labels <c>(B, H, W)</c> and image <c>(B, M, H, W)</c> to a scalar.</summary>
    public delegate Tensor Formula(Tensor logits, Tensor labels, Tensor image);

    /// <summary>The transcription of a method, by its key in <see cref="Losses.MethodCatalog"/>; null when there is none.</summary>
    /// <param name="key">For example <c>mbls-5</c>.</param>
    /// <returns>The formula; it may leave intermediate tensors to the surrounding dispose scope.</returns>
    public static Formula? Of(string key) => key switch
    {
        "ce" => (logits, labels, _) => nn.functional.cross_entropy(logits, labels),
        _ => null,
    };
}
