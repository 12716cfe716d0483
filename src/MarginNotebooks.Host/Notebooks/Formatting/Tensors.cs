using System.Globalization;
using static TorchSharp.torch;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows tensors: shape, type and device in PyTorch's words, the values or their range, and image-like ones as a picture.</summary>
/// <remarks>The picture is inside the HTML, below the line that says what it is: stored a second time by itself it would only cost room.</remarks>
public static class Tensors
{
    private const int MaxValues = 200;

    /// <summary>Shows a tensor.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The bundle; null when the value is no tensor.</returns>
    public static MimeBundle? TryFormat(object value) => value is Tensor tensor ? Format(tensor) : null;

    private static MimeBundle Format(Tensor tensor)
    {
        if (tensor.IsInvalid)
            return MimeBundle.OfText("tensor, disposed");
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var heading = Heading(tensor);
        var values = tensor.detach().cpu();
        var isNumber = !values.is_complex() && !tensor.is_sparse;
        if (!isNumber)
            return MimeBundle.OfText($"{heading}\n{tensor.ToString(TorchSharp.TensorStringStyle.Numpy, cultureInfo: CultureInfo.InvariantCulture, newLine: "\n")}");
        var range = values.numel() > MaxValues ? TensorRange.Of(values) : null;
        var written = TensorText.Write(values, edges: values.numel() > MaxValues);
        var text = string.Join('\n', new[] { heading, range?.ToString(), written }.OfType<string>());
        if (TensorPicture.TryDraw(values, out var remark) is not { } png)
            return MimeBundle.OfText(text);
        var html = $"<p style=\"margin:0\"><code>{HtmlText.Escape(heading)}</code></p>\n"
            + $"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" alt=\"{HtmlText.Escape(heading)} as a picture\">\n"
            + $"<p style=\"margin:0\">{HtmlText.Escape(range is null ? remark : $"{range}; {remark}")}</p>\n"
            + $"<details><summary>values</summary><pre>{HtmlText.Escape(written)}</pre></details>";
        return MimeBundle.OfHtml(html, text);
    }

    private static string Heading(Tensor tensor)
    {
        var shape = string.Join(", ", tensor.shape) + (tensor.dim() == 1 ? "," : "");
        return $"tensor ({shape}) {TypeName(tensor.dtype)} {tensor.device}{(tensor.requires_grad ? " requires_grad" : "")}";
    }

    private static string TypeName(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        ScalarType.ComplexFloat32 => "complex64",
        ScalarType.ComplexFloat64 => "complex128",
        _ => type.ToString().ToLowerInvariant(),
    };
}
