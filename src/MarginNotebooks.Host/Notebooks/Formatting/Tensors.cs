using System.Globalization;
using TorchSharp;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows tensors: shape, type and device, and of small ones the values.</summary>
public static class Tensors
{
    private const int MaxValues = 1000;

    /// <summary>Shows a tensor.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The bundle; null when the value is no tensor.</returns>
    public static MimeBundle? TryFormat(object value) => value is torch.Tensor tensor ? MimeBundle.OfText(Text(tensor)) : null;

    private static string Text(torch.Tensor tensor) => tensor.IsInvalid || tensor.numel() > MaxValues
        ? tensor.ToString()
        : tensor.ToString(TensorStringStyle.Julia, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n");
}
